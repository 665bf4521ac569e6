import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, GigascopeError } from '@gigascope/contracts';
import { Problem, Upload } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/paths';
import * as tus from 'tus-js-client';
import type { PackedItem } from './pack-item.ts';
import type { UploadAddresses } from './upload-addresses.ts';

const RETRY_DELAYS_MS = [500, 2_000, 5_000, 10_000];
const POLL_MS = 300;

export interface Destination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly addresses: UploadAddresses;
}

/**
 * Sends a file by tus, from where an earlier process got to, and waits until it is a slide or refused; answers its upload.
 * @throws GigascopeError what the server answered, or CANCELED
 */
export async function sendItem(item: PackedItem, to: Destination, signal: AbortSignal): Promise<Upload> {
  const key = `${to.url} ${item.sha256}`;
  const address = await sendBytes(item, key, to, signal);
  for (;;) {
    const upload = await fetchUpload(address, to, signal);
    if (['ready', 'rejected', 'failed'].includes(upload.state)) {
      await to.addresses.set(key, undefined);
      return upload;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(canceled);
  }
}

function sendBytes(item: PackedItem, key: string, to: Destination, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const known = to.addresses.get(key);
  const file = createReadStream(item.path);
  let remembered = Promise.resolve();
  const upload = new tus.Upload(file as unknown as Buffer, {
    endpoint: new URL(paths.uploads, to.url).href,
    ...(known === undefined ? {} : { uploadUrl: known }),
    uploadSize: item.sizeBytes,
    metadata: { filename: item.name, sha256: item.sha256 },
    headers: { ...to.headers },
    storeFingerprintForResuming: false,
    retryDelays: RETRY_DELAYS_MS,
    onUploadUrlAvailable: () => {
      remembered = to.addresses.set(key, upload.url ?? undefined).catch(reject);
    },
    onError: (error) => reject(signal.aborted ? new GigascopeError('CANCELED') : problemOf(error)),
    onSuccess: () => void remembered.then(() => resolve(upload.url ?? '')),
  });
  const stop = (): void => {
    void upload.abort().catch(() => {});
    reject(new GigascopeError('CANCELED'));
  };
  signal.addEventListener('abort', stop, { once: true });
  upload.start();
  return promise.finally(() => {
    signal.removeEventListener('abort', stop);
    file.destroy();
  });
}

async function fetchUpload(address: string, to: Destination, signal: AbortSignal): Promise<Upload> {
  const url = new URL(address, to.url);
  const response = await fetch(url, { headers: to.headers, signal }).catch((cause: unknown) => {
    throw new GigascopeError(signal.aborted ? 'CANCELED' : 'BUSY', `nothing answers at ${url.origin}`, { cause });
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return Upload.parse(body);
  throw serverError(response.status, body);
}

function problemOf(error: Error | tus.DetailedError): GigascopeError {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (response === null) return new GigascopeError('BUSY', 'the server cannot be reached', { cause: error });
  return serverError(response.getStatus(), parsed(response.getBody()));
}

function serverError(status: number, body: unknown): GigascopeError {
  const problem = Problem.safeParse(body);
  if (problem.success) return new GigascopeError(problem.data.code as ErrorCode, problem.data.detail);
  return new GigascopeError('INTERNAL', `the server answered ${status}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function canceled(): never {
  throw new GigascopeError('CANCELED');
}
