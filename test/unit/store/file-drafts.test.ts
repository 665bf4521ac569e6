import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobStore, openFileBlobs } from '@gigascope/store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/fixtures.ts';
import { smallDisk } from '../../support/small-disk.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let drafts: BlobStore['drafts'];
beforeAll(async () => {
  folder = await temporaryFolder();
  ({ drafts } = await openFileBlobs(join(folder.path, 'blobs')));
});
afterAll(() => folder[Symbol.asyncDispose]());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function newDraft(of = drafts): Promise<string> {
  const key = of.newKey({ extension: '.svs' });
  await of.create(key);
  return key;
}

async function* sent(chunks: readonly Uint8Array[], error?: Error): AsyncGenerator<Uint8Array> {
  yield* chunks;
  if (error) throw error;
}

describe('appending to a draft', () => {
  it('in any pieces of any chunks gives the bytes and their SHA-256 (property)', async () => {
    const chunk = fc.nat(300_000).map((size) => randomBytes(size));
    const pieces = fc.array(fc.array(chunk, { maxLength: 12 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(pieces, async (asked) => {
        const key = await newDraft();
        let offset = 0;
        for (const piece of asked) offset = await drafts.append(key, sent(piece), { offset });
        const whole = Buffer.concat(asked.flat());
        expect(offset).toBe(whole.length);
        expect((await readFile(drafts.path(key))).equals(whole)).toBe(true);
        expect(await drafts.sha256(key)).toBe(sha256(whole));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps what arrived before the sender went away, and goes on from there', async () => {
    const key = await newDraft();
    const whole = randomBytes(2_000_000);
    const chunks = Array.from({ length: 20 }, (_, i) => whole.subarray(i * 100_000, (i + 1) * 100_000));
    const cut = new Error('socket hang up');
    await expect(drafts.append(key, sent(chunks.slice(0, 13), cut), { offset: 0 })).rejects.toBe(cut);
    expect(await drafts.sizeBytes(key)).toBe(1_300_000);
    expect(await drafts.append(key, sent(chunks.slice(13)), { offset: 1_300_000 })).toBe(2_000_000);
    expect(await drafts.sha256(key)).toBe(sha256(whole));
    expect((await readFile(drafts.path(key))).equals(whole)).toBe(true);
  });

  it('takes a piece of another checksum back, and the SHA-256 is that of what was there', async () => {
    const key = await newDraft();
    const [first, second] = [randomBytes(700_000), randomBytes(700_000)];
    await drafts.append(key, sent([first]), { offset: 0 });
    const checksum = { algorithm: 'sha256', digest: Buffer.from(sha256(first), 'hex') } as const;
    const offset = first.length;
    await expect(drafts.append(key, sent([second]), { offset, checksum })).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
    });
    expect(await drafts.sizeBytes(key)).toBe(offset);
    expect(await drafts.sha256(key)).toBe(sha256(first));
  });

  it('writes a chunk without waiting for more of them', async () => {
    const key = await newDraft();
    const first = randomBytes(1000);
    const { promise: gone, reject: leave } = Promise.withResolvers<never>();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield first;
      yield await gone;
    }
    const appended = drafts.append(key, slow(), { offset: 0 });
    await expect.poll(() => drafts.sizeBytes(key)).toBe(1000);
    const cut = new Error('socket hang up');
    leave(cut);
    await expect(appended).rejects.toBe(cut);
    expect((await readFile(drafts.path(key))).equals(first)).toBe(true);
  });

  it('on a disk of 1 MiB is STORAGE_FULL; the bytes that fitted and their SHA-256 are the first ones sent', async (context) => {
    const path = join(folder.path, 'disk');
    using disk = await smallDisk(path);
    if (disk === undefined) return context.skip('mounting a file system is not allowed here');
    const { drafts: onDisk } = await openFileBlobs(path);
    const key = await newDraft(onDisk);
    const whole = randomBytes(3_000_000);
    const chunks = Array.from({ length: 30 }, (_, i) => whole.subarray(i * 100_000, (i + 1) * 100_000));
    await expect(onDisk.append(key, sent(chunks), { offset: 0 })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    const kept = await readFile(onDisk.path(key));
    expect(kept.length).toBeGreaterThan(500_000);
    expect(kept.equals(whole.subarray(0, kept.length))).toBe(true);
    expect(await onDisk.sha256(key)).toBe(sha256(kept));
  });
});
