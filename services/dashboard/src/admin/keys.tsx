import type { JSX } from 'preact';
import { formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useKeys, useRevokeKey } from '../server/admin.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { Listed } from './more.tsx';
import { NewKey } from './new-key.tsx';
import { LABORATORY_ROLES } from './role-names.ts';

/** Keys of lab systems and people: made, shown once, revoked. */
export function Keys(): JSX.Element {
  const keys = useKeys();
  const revoke = useRevokeKey();
  const isOperator = useSession().data?.laboratory === null;
  return (
    <>
      <NewKey roles={isOperator ? ['operator'] : LABORATORY_ROLES} />
      {revoke.error && <ErrorNote error={revoke.error} />}
      <Listed query={keys}>
        <table class="table">
          <thead>
            <tr>
              {[t('admin.name'), t('admin.roles'), t('admin.created'), t('admin.used'), t('admin.state')].map(
                (head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {keys.data?.map(({ id, name, hint, roles, createdAt, usedAt, revokedAt, expiresAt }) => {
              const isOver = revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) < Date.now());
              return (
                <tr key={id}>
                  <th scope="row">
                    {name} <span class="hint">…{hint}</span>
                  </th>
                  <td>{roles.map((role) => t(`admin.roleNames.${role}`)).join(', ')}</td>
                  <td>{formatInstant(createdAt)}</td>
                  <td>{usedAt === null ? t('admin.never') : formatInstant(usedAt)}</td>
                  <td>
                    {isOver ? (
                      t('admin.ended')
                    ) : (
                      <button
                        type="button"
                        class="button is-small"
                        aria-label={t('admin.revokeNamed', { name })}
                        disabled={revoke.isPending}
                        onClick={() => revoke.mutate(id)}
                      >
                        {t('admin.revoke')}
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Listed>
    </>
  );
}
