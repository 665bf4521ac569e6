import type { Session } from '@gigascope/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { useSignIn } from '../server/session.ts';
import { ErrorNote } from '../ui/notes.tsx';

interface SignInProps {
  readonly ways: Session['signIn'];
  readonly title?: string;
  /** What has happened, where one was signed in already. */
  readonly lead?: string;
}

/** Signs in with a key, or at the laboratory's identity provider where there is one. */
export function SignIn({ ways, title = t('session.title'), lead }: SignInProps): JSX.Element {
  const [key, setKey] = useState('');
  const signIn = useSignIn();
  const submit = (event: Event): void => {
    event.preventDefault();
    signIn.mutate(key.trim());
  };
  return (
    <form class="sign-in" onSubmit={submit}>
      <h1>{title}</h1>
      {lead && <p>{lead}</p>}
      {ways.includes('provider') && (
        <a class="button is-primary" href={`/auth/login?to=${encodeURIComponent(location.pathname + location.hash)}`}>
          {t('session.provider')}
        </a>
      )}
      <label class="field">
        {t('session.key')}
        <input
          type="password"
          autocomplete="current-password"
          required
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      {signIn.error && <ErrorNote error={signIn.error} />}
      <button type="submit" class="button" disabled={signIn.isPending}>
        {t('session.signIn')}
      </button>
      <p class="hint">{t('session.hint')}</p>
    </form>
  );
}
