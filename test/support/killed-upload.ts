import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Upload } from '@gigascope/contracts/http';
import { createConstantSlide } from '@gigascope/phantom';
import { type ApiHome, type ApiProcess, peakMemoryBytes } from './api-process.ts';
import { tusUpload, uploadEnded } from './tus-upload.ts';

export interface KilledUpload {
  readonly upload: Upload;
  readonly address: string;
  /** Where the upload stood when the API was up again, after each kill. */
  readonly offsets: readonly number[];
  /** Of each of the API's processes, of the last one when the slide was ready. */
  readonly peaksBytes: readonly number[];
  readonly seconds: number;
  /** Where the last process listens. */
  readonly url: string;
}

/** A slide whose file is made as large as wanted by bytes that readers do not look at; `fill` draws a mebibyte of them. */
export async function largeSlide(folder: string, sizeBytes: number, fill?: (chunk: Buffer) => void): Promise<string> {
  const path = join(folder, 'large.svs');
  await createConstantSlide({ out: path, widthPx: 900, heightPx: 700, rgb: [190, 120, 170], format: 'aperio' });
  await using file = await open(path, 'r+');
  let at = (await file.stat()).size;
  const chunk = Buffer.alloc(2 ** 20);
  while (fill !== undefined && at < sizeBytes) {
    fill(chunk);
    at += (await file.write(chunk, 0, Math.min(chunk.length, sizeBytes - at), at)).bytesWritten;
  }
  await file.truncate(sizeBytes);
  return path;
}

/**
 * Uploads a file by the real tus client while the API's process is killed (kill -9) each time that so many bytes were sent,
 * and started again at the same address.
 */
export async function uploadThroughKills(
  home: ApiHome,
  path: string,
  sizeBytes: number,
  killAt: readonly number[],
): Promise<KilledUpload> {
  const peaksBytes: number[] = [];
  const offsets: number[] = [];
  let api: ApiProcess = await home.start();
  const { url } = api;
  const port = new URL(url).port;
  let kills = 0;
  let killing: Promise<void> | null = null;
  const killAndStart = async (): Promise<void> => {
    peaksBytes.push(await peakMemoryBytes(api.child.pid ?? 0));
    const ended = once(api.child, 'exit');
    api.child.kill('SIGKILL');
    await ended;
    offsets.push(await home.draftBytes());
    api = await home.start({ PORT: port });
    killing = null;
  };
  const startedMs = performance.now();
  const address = await tusUpload(url, createReadStream(path), sizeBytes, {
    filename: 'large.svs',
    onProgress: (sentBytes) => {
      const next = killAt[kills];
      if (killing !== null || next === undefined || sentBytes < next) return;
      kills += 1;
      killing = killAndStart();
    },
  });
  const upload = await uploadEnded(address, {}, 300_000);
  peaksBytes.push(await peakMemoryBytes(api.child.pid ?? 0));
  return { upload, address, offsets, peaksBytes, seconds: (performance.now() - startedMs) / 1000, url };
}
