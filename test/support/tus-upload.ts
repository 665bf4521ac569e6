import { setTimeout as sleep } from 'node:timers/promises';
import { paths, Upload } from '@gigascope/contracts/http';
import * as tus from 'tus-js-client';

export interface TusOptions {
  readonly filename: string;
  readonly metadata?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly chunkSize?: number;
  readonly onProgress?: (sentBytes: number) => void;
}

/** Sends a file's bytes with the real client, which waits and goes on after errors; answers the upload's address. */
export function tusUpload(
  url: string,
  file: Buffer | NodeJS.ReadableStream,
  size: number,
  options: TusOptions,
): Promise<string> {
  const { filename, metadata = {}, headers = {}, chunkSize, onProgress = () => {} } = options;
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(file as Buffer, {
      endpoint: `${url}${paths.uploads}`,
      uploadSize: size,
      metadata: { filename, ...metadata },
      headers,
      ...(chunkSize === undefined ? {} : { chunkSize }),
      retryDelays: Array.from({ length: 200 }, () => 200),
      onProgress,
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
    });
    upload.start();
  });
}

/** Waits until an upload has ended, one way or the other. */
export async function uploadEnded(
  address: string,
  headers: Record<string, string> = {},
  patienceMs = 60_000,
): Promise<Upload> {
  for (const deadline = performance.now() + patienceMs; ; await sleep(50)) {
    const upload = Upload.parse(await (await fetch(address, { headers })).json());
    if (['ready', 'rejected', 'failed'].includes(upload.state)) return upload;
    if (performance.now() > deadline) throw new Error(`the upload is still ${upload.state}`);
  }
}
