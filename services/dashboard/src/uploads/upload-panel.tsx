import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { ErrorNote, ProgressBar } from '../ui/notes.tsx';
import { useStore } from '../ui/store.ts';
import { bytesPerSecond, secondsLeft } from './transfer-rate.ts';
import {
  addFiles,
  cancelUpload,
  pauseUpload,
  resumeUpload,
  retryUpload,
  type Upload,
  uploads,
} from './upload-queue.ts';

/** The button that adds slides, and the uploads under way. */
export function UploadPanel(): JSX.Element {
  const pending = useStore(uploads);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="uploads">
      <button type="button" class="button is-primary" onClick={() => input.current?.click()}>
        {t('upload.add')}
      </button>
      <span class="uploads-hint">{t('upload.hint')}</span>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        aria-label={t('upload.add')}
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          addFiles(currentTarget.files ?? []);
          currentTarget.value = '';
        }}
      />
      {pending.length > 0 && (
        <ul class="upload-list" aria-label={t('upload.list')}>
          {pending.map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </div>
  );
}

function UploadRow({ upload }: { readonly upload: Upload }): JSX.Element {
  const { id, file, state } = upload;
  const failed = state.kind === 'failed';
  return (
    <li class="upload">
      <p class="upload-name" title={file.name}>
        {file.name}
      </p>
      {failed ? (
        <ErrorNote error={state.error} />
      ) : (
        <ProgressBar share={shareSent(upload)} label={phrases.upload.progress(file.name)} />
      )}
      <div class="upload-foot">
        <p class="upload-figures">{failed ? '' : <UploadFigures upload={upload} />}</p>
        {failed && (
          <button
            type="button"
            class="button is-small"
            aria-label={phrases.upload.retry(file.name)}
            onClick={() => retryUpload(id)}
          >
            {t('upload.retryShort')}
          </button>
        )}
        {state.kind === 'sending' && (
          <button
            type="button"
            class="button is-small"
            aria-label={phrases.upload.pause(file.name)}
            onClick={() => pauseUpload(id)}
          >
            {t('upload.pauseShort')}
          </button>
        )}
        {state.kind === 'paused' && (
          <button
            type="button"
            class="button is-small"
            aria-label={phrases.upload.resume(file.name)}
            onClick={() => resumeUpload(id)}
          >
            {t('upload.resumeShort')}
          </button>
        )}
        <button
          type="button"
          class="button is-small"
          aria-label={failed ? phrases.upload.dismiss(file.name) : phrases.upload.cancel(file.name)}
          onClick={() => cancelUpload(id)}
        >
          {failed ? t('upload.dismissShort') : t('upload.cancelShort')}
        </button>
      </div>
    </li>
  );
}

function shareSent({ file, state }: Upload): number | null {
  if (state.kind === 'sending' || state.kind === 'paused') return file.size === 0 ? null : state.sentBytes / file.size;
  return state.kind === 'waiting' ? 0 : null;
}

function UploadFigures({ upload: { file, state } }: { readonly upload: Upload }): JSX.Element | null {
  if (state.kind === 'waiting') return <>{t('upload.waiting')}</>;
  if (state.kind === 'checking') return <>{t('upload.checking')}</>;
  if (state.kind === 'failed') return null;
  if (state.kind === 'paused') return <>{phrases.upload.paused(state.sentBytes, file.size)}</>;
  const speed = bytesPerSecond(state.rate);
  const left = secondsLeft(state.rate, file.size);
  return (
    <>
      {phrases.upload.sent(state.sentBytes, file.size)}
      <br />
      {[speed === null ? null : phrases.upload.speed(speed), left === null ? null : phrases.upload.left(left)]
        .filter((part) => part !== null)
        .join(' · ') || '\u00a0'}
    </>
  );
}
