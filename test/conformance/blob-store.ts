import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '@gigascope/store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export interface BlobsUnderTest extends AsyncDisposable {
  readonly blobs: BlobStore;
  /** How many files or objects there are, whole or not. */
  count(): Promise<number>;
}

async function* thenFail(chunks: readonly Uint8Array[], error: Error): AsyncGenerator<Uint8Array> {
  yield* chunks;
  throw error;
}

/** What every blob store must do, wherever it keeps them. */
export function describeBlobStore(name: string, make: () => Promise<BlobsUnderTest>): void {
  describe(`blobs ${name}`, () => {
    let made: BlobsUnderTest;
    let blobs: BlobStore;
    beforeAll(async () => {
      made = await make();
      blobs = made.blobs;
    });
    afterAll(() => made[Symbol.asyncDispose]());

    it('gives back any bytes in any chunks, with their size and SHA-256, and any range of them (property)', async () => {
      const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(chunks, fc.nat(2500), fc.nat(2500), async (parts, a, b) => {
          const whole = Buffer.concat(parts);
          const stored = await blobs.put(Readable.from(parts, { objectMode: true }), { extension: '.bin' });
          const sha256 = createHash('sha256').update(whole).digest('hex');
          expect(stored).toMatchObject({ sizeBytes: whole.length, sha256 });
          expect(await blobs.read(stored.key)).toEqual(whole);
          expect(await blobs.sizeBytes(stored.key)).toBe(whole.length);
          expect(await buffer(await blobs.open(stored.key))).toEqual(whole);
          const [start, end] = [Math.min(a, b), Math.max(a, b)];
          expect(await buffer(await blobs.open(stored.key, { start, end }))).toEqual(whole.subarray(start, end));
        }),
        { numRuns: 30 },
      );
    });

    it('keeps the extension, and a folder of its own where asked for', async () => {
      const { key } = await blobs.put(Buffer.from('x'), { extension: '.ome.tiff' });
      const slide = await blobs.put(Buffer.from('y'), { extension: '.mrxs', ownFolder: true });
      expect(blobs.path(key)).toMatch(/\.ome\.tiff$/);
      expect(blobs.path(slide.key)).toMatch(/[0-9a-f-]{36}\/slide\.mrxs$/);
    });

    it('leaves nothing of 4 that were cut off: too large, a source that fails, canceled, a bad extension', async () => {
      const before = await made.count();
      const chunk = randomBytes(1000);
      const many = () => Readable.from(Array(11).fill(chunk));
      await expect(blobs.put(many(), { extension: '.bin', maxBytes: 10_000 })).rejects.toMatchObject({
        code: 'UPLOAD_TOO_LARGE',
      });
      expect(await made.count()).toBe(before);
      const cut = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      await expect(blobs.put(thenFail([chunk, chunk], cut), { extension: '.bin' })).rejects.toBe(cut);
      expect(await made.count()).toBe(before);
      const abort = new AbortController();
      const endless = new Readable({ read() {} });
      endless.push(chunk);
      const canceled = blobs.put(endless, {
        ...{ extension: '.bin', signal: abort.signal },
        onProgress: () => abort.abort(),
      });
      await expect(canceled).rejects.toMatchObject({ code: 'CANCELED' });
      expect(await made.count()).toBe(before);
      await expect(blobs.put(chunk, { extension: '/../x' })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
      expect(await made.count()).toBe(before);
    });

    it('takes exactly maxBytes', async () => {
      expect((await blobs.put(randomBytes(10_000), { extension: '.bin', maxBytes: 10_000 })).sizeBytes).toBe(10_000);
    });

    it('says FILE_NOT_FOUND of what was deleted and of 6 texts that are no key', async () => {
      const { key } = await blobs.put(Buffer.from('x'), { extension: '.bin', ownFolder: true });
      const before = await made.count();
      await blobs.delete(key);
      await blobs.delete(key);
      expect(await made.count()).toBe(before - 1);
      const hostile = ['../../etc/passwd', '/etc/passwd', '', 'a.bin', `${key}/../x.bin`, `${key}\0`];
      for (const each of [key, ...hostile]) {
        await expect((async () => blobs.read(each))()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
        await expect((async () => blobs.open(each))()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      }
    });

    it('knows that 1 byte fits and that 1e18 bytes do not', async () => {
      await blobs.checkSpace(1);
      await expect(blobs.checkSpace(1e18)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    });
  });
}
