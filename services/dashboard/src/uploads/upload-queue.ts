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
 * Files on their way to the server, one after another: two at once would share the same line and each arrive later.
 * An upload leaves the list when it is done or canceled.
 */
export const uploads = createStore<readonly Upload[]>([]);

let nextId = 1;
let active: { readonly id: number; readonly sending: SlideUpload } | null = null;
let arrived: (slide: Slide) => void = () => {};

/** Says what happens when a slide is accepted. */
export function onSlideArrived(listener: (slide: Slide) => void): void {
  arrived = listener;
}

export function addFiles(files: Iterable<File>): void {
  const added = Array.from(files, (file): Upload => ({ id: nextId++, file, state: { kind: 'waiting' } }));
  uploads.set([...uploads.get(), ...added]);
  pump();
}

/** Stops an upload, whatever its state, and forgets it. */
export function cancelUpload(id: number): void {
  if (active?.id === id) {
    active.sending.cancel();
    active = null;
  }
  uploads.set(uploads.get().filter((upload) => upload.id !== id));
  pump();
}

export function retryUpload(id: number): void {
  update(id, { kind: 'waiting' });
  pump();
}

/** Stops sending until it is resumed; those behind it wait. */
export function pauseUpload(id: number): void {
  const upload = uploads.get().find((each) => each.id === id);
  if (active?.id !== id || upload?.state.kind !== 'sending') return;
  active.sending.pause();
  update(id, { kind: 'paused', sentBytes: upload.state.sentBytes });
}

export function resumeUpload(id: number): void {
  const upload = uploads.get().find((each) => each.id === id);
  if (active?.id !== id || upload?.state.kind !== 'paused') return;
  update(id, { kind: 'sending', sentBytes: upload.state.sentBytes, rate: NO_TRANSFER });
  active.sending.resume();
}

export const hasUnfinished = (): boolean => uploads.get().some(({ state }) => state.kind !== 'failed');

function update(id: number, state: UploadState): void {
  uploads.set(uploads.get().map((upload) => (upload.id === id ? { ...upload, state } : upload)));
}

function pump(): void {
  const next = uploads.get().find(({ state }) => state.kind === 'waiting');
  if (active || !next) return;
  const { id, file } = next;
  let rate = NO_TRANSFER;
  update(id, { kind: 'sending', sentBytes: 0, rate });
  const sending = sendSlide(file, {
    onSent(bytes) {
      // What arrives from the line just after it was stopped.
      if (uploads.get().some((upload) => upload.id === id && upload.state.kind === 'paused')) return;
      rate = sampled(rate, performance.now(), bytes);
      update(id, bytes >= file.size ? { kind: 'checking' } : { kind: 'sending', sentBytes: bytes, rate });
    },
    onDone(slide) {
      active = null;
      uploads.set(uploads.get().filter((upload) => upload.id !== id));
      arrived(slide);
      pump();
    },
    onFailed(error) {
      active = null;
      update(id, { kind: 'failed', error });
      pump();
    },
  });
  active = { id, sending };
}
