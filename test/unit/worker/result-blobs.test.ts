import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import type { OutputFileName } from '@gigascope/contracts/paths';
import { type BlobStore, openFileBlobs } from '@gigascope/store';
import { describe, expect, it } from 'vitest';
import { putFiles, writeNaming } from '../../../services/worker/src/result-blobs.ts';
import { writePatiently } from '../../../services/worker/src/write-patiently.ts';
import { temporaryFolder } from '../../support/fixtures.ts';

/** Writes files of one byte into the folder. */
async function files<N extends OutputFileName>(folder: string, ...names: N[]): Promise<N[]> {
  for (const name of names) await writeFile(join(folder, name), 'x');
  return names;
}

const away = (): GigascopeError => new GigascopeError('DATABASE_UNAVAILABLE');
const { signal } = new AbortController();

async function blobsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('putFiles', () => {
  it('leaves none of 3 files when the second cannot be stored', async () => {
    await using folder = await temporaryFolder();
    const blobs = await openFileBlobs(folder.path);
    const put: BlobStore['put'] = (source, options) =>
      options.extension === '.csv' ? Promise.reject(new GigascopeError('STORAGE_FULL')) : blobs.put(source, options);
    const failing = new Proxy(blobs, {
      get: (target, name) => (name === 'put' ? put : (key: string) => target.delete(key)),
    });
    await using made = await temporaryFolder();
    const names = await files(made.path, 'overlay.png', 'lesions.csv', 'result.json');
    await expect(putFiles(failing, made.path, names)).rejects.toThrow('disk is full');
    expect(await blobsIn(folder.path)).toEqual([]);
  });
});

describe('writeNaming', () => {
  it.each([
    ['is refused', () => Promise.resolve('refused' as const), 0],
    ['fails for another reason', () => Promise.reject(new GigascopeError('INTERNAL')), 0],
    ['succeeds', () => Promise.resolve('written' as const), 1],
    ['may have been written', () => Promise.resolve('unknown' as const), 1],
    ['had no answer from Postgres', () => Promise.reject(away()), 1],
  ])('when the row %s, keeps that many of its 1 blobs', async (_case, write, kept) => {
    await using folder = await temporaryFolder();
    const blobs = await openFileBlobs(folder.path);
    await using made = await temporaryFolder();
    const artifacts = await putFiles(blobs, made.path, await files(made.path, 'result.json'));
    await writeNaming(blobs, artifacts, write).catch(() => {});
    expect(await blobsIn(folder.path)).toHaveLength(kept);
  });
});

describe('writePatiently', () => {
  it('writes once Postgres is back after 2 tries, and says when it cannot know whether an earlier try was written', async () => {
    const answers = [away(), away(), true];
    const write = async (): Promise<boolean> => {
      const answer = answers.shift();
      if (typeof answer === 'boolean') return answer;
      throw answer;
    };
    expect(await writePatiently(write, signal)).toBe('written');
    answers.push(away(), false);
    expect(await writePatiently(write, signal)).toBe('unknown');
    answers.push(false);
    expect(await writePatiently(write, signal)).toBe('refused');
  });

  it('does not wait for Postgres once the worker is to stop', async () => {
    const write = (): Promise<boolean> => Promise.reject(away());
    await expect(writePatiently(write, AbortSignal.abort())).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });
});
