import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { text } from '../text.ts';
import { ErrorNote, ProgressBar } from '../ui/notes.tsx';
import { useStore } from '../ui/store.ts';
import { bytesPerSecond, secondsLeft } from './transfer-rate.ts';
import { addFiles, cancelUpload, retryUpload, type Upload, uploads } from './upload-queue.ts';

/** The button that adds slides, and the uploads under way. */
export function UploadPanel(): JSX.Element {
  const pending = useStore(uploads);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="uploads">
      <button type="button" class="button is-primary" onClick={() => input.current?.click()}>
        {text.upload.add}
      </button>
      <span class="uploads-hint">{text.upload.hint}</span>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        aria-label={text.upload.add}
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          addFiles(currentTarget.files ?? []);
          currentTarget.value = '';
        }}
      />
      {pending.length > 0 && (
        <ul class="upload-list" aria-label={text.upload.list}>
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
        <ProgressBar share={shareSent(upload)} label={text.upload.progress(file.name)} />
      )}
      <div class="upload-foot">
        <p class="upload-figures">{failed ? '' : <UploadFigures upload={upload} />}</p>
        {failed && (
          <button
            type="button"
            class="button is-small"
            aria-label={text.upload.retry(file.name)}
            onClick={() => retryUpload(id)}
          >
            {text.upload.retryShort}
          </button>
        )}
        <button
          type="button"
          class="button is-small"
          aria-label={failed ? text.upload.dismiss(file.name) : text.upload.cancel(file.name)}
          onClick={() => cancelUpload(id)}
        >
          {failed ? text.upload.dismissShort : text.upload.cancelShort}
        </button>
      </div>
    </li>
  );
}

function shareSent({ file, state }: Upload): number | null {
  if (state.kind === 'sending') return file.size === 0 ? null : state.sentBytes / file.size;
  return state.kind === 'waiting' ? 0 : null;
}

function UploadFigures({ upload: { file, state } }: { readonly upload: Upload }): JSX.Element | null {
  if (state.kind === 'waiting') return <>{text.upload.waiting}</>;
  if (state.kind === 'checking') return <>{text.upload.checking}</>;
  if (state.kind === 'failed') return null;
  const speed = bytesPerSecond(state.rate);
  const left = secondsLeft(state.rate, file.size);
  return (
    <>
      {text.upload.sent(state.sentBytes, file.size)}
      <br />
      {[speed === null ? null : text.upload.speed(speed), left === null ? null : text.upload.left(left)]
        .filter((part) => part !== null)
        .join(' · ') || '\u00a0'}
    </>
  );
}
