import { randomBytes } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCached } from '@gigascope/cached-read';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/fixtures.ts';

const SIZE = 100_000;

describe.runIf(process.platform === 'linux')('what the system has of a file in memory', () => {
  it('is the file’s own bytes wherever it is read, and nothing beyond its end (property)', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'file');
    await writeFile(path, randomBytes(SIZE));
    // Just written and read again: all of it is in memory.
    const whole = await readFile(path);
    await using file = await open(path);
    fc.assert(
      fc.property(fc.nat(SIZE + 5000), fc.nat(20_000), fc.nat(50), (offset, length, at) => {
        const memory = new Uint8Array(at + length + 10).fill(7);
        const read = readCached(file.fd, memory.subarray(at, at + length), offset);
        const expected = whole.subarray(offset, offset + length);
        expect(read).toBe(expected.length);
        expect(Buffer.compare(memory.subarray(at, at + read), expected)).toBe(0);
        const outside = [...memory.subarray(0, at), ...memory.subarray(at + read)];
        expect(outside.every((byte) => byte === 7)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is none of what is no place in a file or no open file', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'file');
    await writeFile(path, 'bytes');
    await using file = await open(path);
    const into = new Uint8Array(5);
    for (const offset of [-1, -7, Number.NaN]) expect(readCached(file.fd, into, offset)).toBe(0);
    expect(readCached(2 ** 20, into, 0)).toBe(0);
    expect(readCached(file.fd, into.subarray(5), 0)).toBe(0);
    expect(into.every((byte) => byte === 0)).toBe(true);
  });
});
