import type { Session } from '@gigascope/client';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { useSignOut } from '../server/session.ts';

/** Who is signed in, for which laboratory, and the way out; nothing where no one needs to sign in. */
export function Who({ session }: { readonly session: Session }): JSX.Element | null {
  const signOut = useSignOut();
  const { principal, laboratory } = session;
  if (principal === null || principal.kind === 'anyone') return null;
  return (
    <div class="who">
      <span class="who-name" title={laboratory?.name ?? t('bar.installation')}>
        {principal.name}
      </span>
      <button type="button" class="button is-small" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        {t('bar.signOut')}
      </button>
    </div>
  );
}
