import type { Permission } from '@gigascope/contracts';
import type { ComponentType, JSX } from 'preact';
import { t } from '../i18n/language.ts';
import type { PageProps } from '../page-props.ts';
import { hrefOf } from '../route.ts';
import { useSession } from '../server/session.ts';
import { Audit } from './audit.tsx';
import { Keys } from './keys.tsx';
import { Laboratories } from './laboratories.tsx';
import { Retention } from './retention.tsx';
import { System } from './system.tsx';
import { Users } from './users.tsx';
import { Webhooks } from './webhooks.tsx';

type Part = 'keys' | 'users' | 'laboratories' | 'audit' | 'webhooks' | 'system' | 'retention';

const PARTS: readonly { readonly name: Part; readonly permission: Permission; readonly View: ComponentType }[] = [
  { name: 'keys', permission: 'keys:manage', View: Keys },
  { name: 'users', permission: 'users:manage', View: Users },
  { name: 'laboratories', permission: 'tenants:manage', View: Laboratories },
  { name: 'audit', permission: 'audit:read', View: Audit },
  { name: 'webhooks', permission: 'webhooks:manage', View: Webhooks },
  { name: 'retention', permission: 'slides:delete', View: Retention },
  { name: 'system', permission: 'system:read', View: System },
];

/** The administration; what one may not do is not offered. */
export function Page({ id }: PageProps): JSX.Element {
  const permissions = useSession().data?.permissions ?? [];
  const offered = PARTS.filter(({ permission }) => permissions.includes(permission));
  const part = offered.find(({ name }) => name === id) ?? offered[0];
  if (part === undefined) return <p class="blank">{t('session.forbidden')}</p>;
  const { name: current, View } = part;
  return (
    <div class="split">
      <nav class="split-list" aria-labelledby="admin-title">
        <h1 id="admin-title">{t('admin.title')}</h1>
        <ul>
          {offered.map(({ name }) => (
            <li key={name}>
              <a href={hrefOf('admin', name)} {...(name === current && { 'aria-current': 'page' as const })}>
                {t(`admin.parts.${name}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="split-body">
        <section class="document">
          <h2>{t(`admin.parts.${current}`)}</h2>
          <View />
        </section>
      </div>
    </div>
  );
}
