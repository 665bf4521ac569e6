import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openFileBlobs } from '@gigascope/store';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/fixtures.ts';

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

it('a draft’s folder becomes the blob’s, twice if it must, the draft stays, and deleting takes all 3 files', async () => {
  await using work = await temporaryFolder();
  const blobs = await openFileBlobs(work.path);
  const { drafts } = blobs;
  const key = drafts.newKey({ extension: '.zip', ownFolder: true });
  await drafts.create(key);
  for (const text of ['first', 'second']) {
    const folder = await drafts.emptyFolder(key);
    expect(await readdir(folder)).toEqual([]);
    await writeFile(join(folder, 'slide.vms'), text);
    await writeFile(join(folder, 'a.jpg'), text);
    await drafts.commitFolder(key);
  }
  const path = blobs.path(key.replace('.zip', '.vms'));
  expect(await readFile(path, 'utf8')).toBe('second');
  expect((await readdir(dirname(path))).toSorted()).toEqual(['a.jpg', 'slide.vms']);
  expect(await drafts.sizeBytes(key)).toBe(0);
  await drafts.delete(key);
  await blobs.delete(key);
  expect(await filesBelow(work.path)).toEqual([]);
});

it('a draft’s folder that a killed process left is cleared away, and a blob without a folder of its own has none', async () => {
  await using work = await temporaryFolder();
  const { drafts } = await openFileBlobs(work.path);
  const key = drafts.newKey({ extension: '.zip', ownFolder: true });
  await drafts.create(key);
  await writeFile(join(await drafts.emptyFolder(key), 'x'), 'x');
  await drafts.keepOnly([key]);
  expect(await filesBelow(work.path)).toHaveLength(1);
  const plain = drafts.newKey({ extension: '.zip' });
  await expect(drafts.emptyFolder(plain)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});
