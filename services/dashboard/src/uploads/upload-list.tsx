import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { ErrorNote, ProgressBar } from '../ui/notes.tsx';
import { useStore } from '../ui/store.ts';
import { bytesPerSecond, secondsLeft } from './transfer-rate.ts';
import {
  cancelUpload,
  pauseUpload,
  resumeUpload,
  retryUpload,
  type Upload,
  type UploadState,
  uploads,
  withAll,
} from './upload-queue.ts';

/** What all uploads can be asked for at once, and in which states one of them must be. */
const FOR_ALL: readonly {
  readonly text: 'pauseAll' | 'resumeAll' | 'retryAll';
  readonly kinds: readonly UploadState['kind'][];
  readonly act: (id: number) => void;
}[] = [
  { text: 'pauseAll', kinds: ['sending', 'waiting'], act: pauseUpload },
  { text: 'resumeAll', kinds: ['paused'], act: resumeUpload },
  { text: 'retryAll', kinds: ['failed'], act: retryUpload },
];

/** The uploads under way, each with its progress and what can be done about it. */
export function UploadList(): JSX.Element | null {
  const pending = useStore(uploads);
  if (pending.length === 0) return null;
  return (
    <section class="upload-section" aria-label={t('upload.list')}>
      {pending.length > 1 && (
        <p class="upload-all">
          {FOR_ALL.filter(({ kinds }) => pending.some(({ state }) => kinds.includes(state.kind))).map(
            ({ text, kinds, act }) => (
              <button key={text} type="button" class="button is-small" onClick={() => withAll(kinds, act)}>
                {t(`upload.${text}`)}
              </button>
            ),
          )}
        </p>
      )}
      <ul class="upload-list">
        {pending.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
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
        {(state.kind === 'sending' || state.kind === 'waiting') && (
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
