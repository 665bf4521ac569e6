import type { Slide, Upload as UploadStatus } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/paths';
import { type DetailedError, Upload } from 'tus-js-client';
import { fingerprintOf, resumeMemory } from '../uploads/resume-memory.ts';
import { connection } from './connection.ts';
import { csrfToken } from './csrf-token.ts';
import { getJson, refusal, ServerError, unreachable } from './http.ts';

/** An interrupted upload goes on by itself after these times, and from the start of the list after every piece sent. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000];
const LOOK_AGAIN_MS = 300;

export interface UploadHandlers {
  onSent(bytes: number): void;
  onDone(slide: Slide): void;
  onFailed(error: ServerError): void;
}

export interface SlideUpload {
  /** Stops sending; what was sent stays at the server. */
  pause(): void;
  /** Goes on where it stood. */
  resume(): void;
  /** Stops, and deletes what was sent. After it no handler is called. */
  cancel(): void;
}

/** Sends one slide by tus, from where an earlier visit of the page left it, and waits until the server opened it. */
export function sendSlide(file: File, { onSent, onDone, onFailed }: UploadHandlers): SlideUpload {
  const canceled = new AbortController();
  const { signal } = canceled;
  const upload = new Upload(file, {
    endpoint: new URL(paths.uploads, location.href).href,
    metadata: { filename: file.name },
    fingerprint: fingerprintOf,
    urlStorage: resumeMemory,
    removeFingerprintOnSuccess: true,
    retryDelays: RETRY_DELAYS_MS,
    onBeforeRequest: (request) => {
      const token = csrfToken.get();
      if (token !== null) request.setHeader('x-csrf-token', token);
    },
    onProgress: (bytes) => {
      connection.set('online');
      if (!signal.aborted) onSent(bytes);
    },
    onSuccess: () => {
      onSent(file.size);
      checked(upload.url ?? '', signal).then(onDone, (error: unknown) => {
        if (!signal.aborted) onFailed(error instanceof ServerError ? error : unreachable());
      });
    },
    onError: (error) => {
      if (!signal.aborted) onFailed(serverErrorOf(error));
    },
  });
  const start = async (): Promise<void> => {
    const [previous] = await upload.findPreviousUploads();
    if (previous !== undefined) upload.resumeFromPreviousUpload(previous);
    if (!signal.aborted) upload.start();
  };
  void start();
  return {
    pause: () => void upload.abort(),
    resume: () => upload.start(),
    cancel: () => {
      canceled.abort();
      upload.abort(upload.url !== null).catch(() => {});
    },
  };
}

/** The slide that the upload became, once the server hashed and opened it. */
async function checked(url: string, signal: AbortSignal): Promise<Slide> {
  for (;;) {
    const { state, slideId, error } = await getJson<UploadStatus>(new URL(url).pathname, signal);
    if (state === 'ready' && slideId !== null) return getJson<Slide>(paths.slide(slideId), signal);
    if (error !== null) throw new ServerError(error.code, error.title, error.detail);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function serverErrorOf(error: Error | DetailedError): ServerError {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (response === null) {
    connection.set('offline');
    return unreachable();
  }
  return refusal(response.getStatus(), response.getHeader('content-type') ?? null, response.getBody());
}
