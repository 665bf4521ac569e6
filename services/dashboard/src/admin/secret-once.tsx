import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';

interface SecretOnceProps {
  readonly label: string;
  readonly secret: string;
  readonly onDone: () => void;
}

/** A secret that the server will not show again, with the way to take it along. */
export function SecretOnce({ label, secret, onDone }: SecretOnceProps): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  // Without TLS there is no clipboard; the text can be selected then.
  const copy = (): void => void navigator.clipboard?.writeText(secret).then(() => setCopied(true));
  return (
    <div class="note is-warning" role="status">
      <p class="note-lead">{t('admin.shownOnce')}</p>
      <label class="field is-secret">
        {label}
        <input readOnly value={secret} onFocus={({ currentTarget }) => currentTarget.select()} />
      </label>
      <div class="row">
        <button type="button" class="button" onClick={copy}>
          {isCopied ? t('admin.copied') : t('admin.copy')}
        </button>
        <button type="button" class="button" onClick={onDone}>
          {t('admin.done')}
        </button>
      </div>
    </div>
  );
}
