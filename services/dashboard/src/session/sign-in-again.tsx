import type { Session } from '@gigascope/client';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { SignIn } from './sign-in.tsx';

/** The way back in over the page, which stays as it is: a session that ran out takes nothing away. */
export function SignInAgain({ session }: { readonly session: Session }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sign-in-again"
      aria-label={t('session.over')}
      // Behind it nothing could be saved.
      onCancel={(event) => event.preventDefault()}
    >
      <SignIn
        ways={session.signIn}
        title={t('session.over')}
        lead={t('session.overHint', { name: session.principal?.name ?? '' })}
      />
    </dialog>
  );
}
