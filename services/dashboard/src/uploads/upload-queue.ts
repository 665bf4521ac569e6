import type { Slide } from '@gigascope/contracts/http';
import type { ServerError } from '../server/http.ts';
import { type SlideUpload, sendSlide } from '../server/upload-request.ts';
import { createStore } from '../ui/store.ts';
import { NO_TRANSFER, sampled, type TransferRate } from './transfer-rate.ts';

export type UploadState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'sending'; readonly sentBytes: number; readonly rate: TransferRate }
  | { readonly kind: 'paused'; readonly sentBytes: number }
  /** All bytes are sent; the server hashes the file and opens it. */
  | { readonly kind: 'checking' }
  | { readonly kind: 'failed'; readonly error: ServerError };

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly state: UploadState;
}

/**
 * Files on their way to the server, one after another: two at once would share the same line and each arrive later. One
 * that is paused or being checked lets the next go. An upload leaves the list when it is done or canceled.
 */
export const uploads = createStore<readonly Upload[]>([]);

let nextId = 1;
/** Uploads that were begun, by id. */
const begun = new Map<number, SlideUpload>();
let arrived: (slide: Slide, alone: boolean) => void = () => {};

/** Says what happens when a slide is accepted; `alone`: no other is on its way. */
export function onSlideArrived(listener: (slide: Slide, alone: boolean) => void): void {
  arrived = listener;
}

export function addFiles(files: Iterable<File>): void {
  const added = Array.from(files, (file): Upload => ({ id: nextId++, file, state: { kind: 'waiting' } }));
  uploads.set([...uploads.get(), ...added]);
  pump();
}

/** Stops an upload, whatever its state, and forgets it. */
export function cancelUpload(id: number): void {
  begun.get(id)?.cancel();
  begun.delete(id);
  uploads.set(uploads.get().filter((upload) => upload.id !== id));
  pump();
}

export function retryUpload(id: number): void {
  begun.delete(id);
  update(id, { kind: 'waiting' });
  pump();
}

/** Stops sending until it is resumed; a waiting one is passed over. */
export function pauseUpload(id: number): void {
  const state = stateOf(id);
  if (state?.kind !== 'sending' && state?.kind !== 'waiting') return;
  begun.get(id)?.pause();
  update(id, { kind: 'paused', sentBytes: state.kind === 'sending' ? state.sentBytes : 0 });
  pump();
}

/** Goes on where it stood, when it is its turn. */
export function resumeUpload(id: number): void {
  if (stateOf(id)?.kind !== 'paused') return;
  update(id, { kind: 'waiting' });
  pump();
}

/** Does the same with every upload in one of these states. */
export function withAll(kinds: readonly UploadState['kind'][], act: (id: number) => void): void {
  // The last first, so that pausing one does not begin the next.
  for (const { id } of uploads
    .get()
    .filter(({ state }) => kinds.includes(state.kind))
    .toReversed())
    act(id);
}

export const hasUnfinished = (): boolean => uploads.get().some(({ state }) => state.kind !== 'failed');

const stateOf = (id: number): UploadState | undefined => uploads.get().find((upload) => upload.id === id)?.state;

function update(id: number, state: UploadState): void {
  uploads.set(uploads.get().map((upload) => (upload.id === id ? { ...upload, state } : upload)));
}

function pump(): void {
  if (uploads.get().some(({ state }) => state.kind === 'sending')) return;
  const next = uploads.get().find(({ state }) => state.kind === 'waiting');
  if (!next) return;
  update(next.id, { kind: 'sending', sentBytes: 0, rate: NO_TRANSFER });
  const known = begun.get(next.id);
  if (known) known.resume();
  else begun.set(next.id, send(next));
}

function send({ id, file }: Upload): SlideUpload {
  return sendSlide(file, {
    onSent(bytes) {
      const state = stateOf(id);
      // What arrives from the line just after it was stopped.
      if (state?.kind !== 'sending') return;
      if (bytes < file.size) {
        update(id, { kind: 'sending', sentBytes: bytes, rate: sampled(state.rate, performance.now(), bytes) });
        return;
      }
      update(id, { kind: 'checking' });
      pump();
    },
    onDone(slide) {
      begun.delete(id);
      uploads.set(uploads.get().filter((upload) => upload.id !== id));
      arrived(slide, uploads.get().length === 0);
      pump();
    },
    onFailed(error) {
      update(id, { kind: 'failed', error });
      pump();
    },
  });
}
