import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openFileBlobs } from '@gigascope/store';
import { describe, expect, it } from 'vitest';
import { describeBlobStore } from '../../conformance/blob-store.ts';
import { temporaryFolder } from '../../support/fixtures.ts';
import { smallDisk } from '../../support/small-disk.ts';

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describeBlobStore('as files', async () => {
  const folder = await temporaryFolder();
  return {
    blobs: await openFileBlobs(join(folder.path, 'blobs')),
    count: async () => (await filesBelow(folder.path)).length,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

describe('files of blobs', () => {
  it('a disk of 1 MiB takes no 2 MiB: STORAGE_FULL, no file is left, and 0.5 MiB fit after that', async (context) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'disk');
    using disk = await smallDisk(path);
    if (disk === undefined) return context.skip('mounting a file system is not allowed here');
    const blobs = await openFileBlobs(path);
    const halves = (count: number) => Readable.from(Array(count).fill(Buffer.alloc(512 * 1024)));
    await expect(blobs.put(halves(4), { extension: '.svs' })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(await filesBelow(path)).toEqual([]);
    expect((await blobs.put(halves(1), { extension: '.svs' })).sizeBytes).toBe(512 * 1024);
    await expect(blobs.checkSpace(700_000)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  });

  it('opening removes what 3 dead writers left and keeps what 2 others may still write', async () => {
    await using folder = await temporaryFolder();
    const incoming = join(folder.path, 'incoming');
    await mkdir(incoming, { recursive: true });
    const dead = spawn(process.execPath, ['-e', '0']);
    await once(dead, 'exit');
    const id = '00000000-0000-4000-8000-000000000000';
    const dropped = [
      `${hostname()}.${dead.pid}.${id}.${id}`,
      `${hostname()}.${process.pid}.${id}.${id}`,
      `old.1.${id}.${id}`,
    ];
    const kept = [`${hostname()}.${process.ppid}.${id}.${id}`, `elsewhere.${dead.pid}.${id}.${id}`];
    for (const name of [...dropped, ...kept]) await writeFile(join(incoming, name), 'part');
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(join(incoming, `old.1.${id}.${id}`), twoDaysAgo, twoDaysAgo);
    await openFileBlobs(folder.path);
    expect((await filesBelow(incoming)).toSorted()).toEqual(kept.toSorted());
  });
});
