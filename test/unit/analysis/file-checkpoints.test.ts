import { cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Block } from '@gigascope/contracts';
import { expect, it } from 'vitest';
import { FileCheckpoints } from '../../../packages/analysis/src/file-checkpoints.ts';
import { bytesOf, floatsOf } from '../../../packages/analysis/src/tasks/number-bytes.ts';
import { temporaryFolder } from '../../support/fixtures.ts';
import { STAMP } from './samples.ts';

const block = (index: number, colHeat = 2 * index): Block => ({
  ...{ index, colHeat, rowHeat: 0, columns: 2, rows: 2, tissueCells: 3 },
});
const BLOCKS = Array.from({ length: 13 }, (_, index) => block(index));

async function withThree() {
  const work = await temporaryFolder();
  const folder = join(work.path, 'checkpoints');
  const checkpoints = new FileCheckpoints(folder, STAMP);
  await checkpoints.load(BLOCKS);
  await checkpoints.save(block(0), bytesOf(Float32Array.of(0, 0.25, 1)));
  // A view into a larger message, as a reply from another process is.
  await checkpoints.save(block(7), bytesOf(Float32Array.of(9, 9, 0.5, 0.125, 9).subarray(2, 4)));
  await checkpoints.save(block(12), bytesOf(Float32Array.of(0.75)));
  return { folder, checkpoints, [Symbol.asyncDispose]: work[Symbol.asyncDispose] };
}

const loaded = async (checkpoints: FileCheckpoints, blocks = BLOCKS): Promise<Record<number, number[]>> =>
  Object.fromEntries([...(await checkpoints.load(blocks))].map(([index, bytes]) => [index, [...floatsOf(bytes)]]));

it('gives back the predictions of 3 blocks to a later run with the same stamp', async () => {
  await using made = await withThree();
  const later = new FileCheckpoints(made.folder, structuredClone(STAMP));
  expect(await loaded(later)).toEqual({ 0: [0, 0.25, 1], 7: [0.5, 0.125], 12: [0.75] });
  expect((await readdir(made.folder)).sort()).toEqual(['block-0.bin', 'block-12.bin', 'block-7.bin']);
});

it.each([
  ['slide', { slideSha256: 'c'.repeat(64) }],
  ['model', { modelSha256: 'c'.repeat(64) }],
  ['code version', { codeVersion: '0.1.1' }],
  ['threshold', { parameters: { ...STAMP.parameters, threshold: 0.4 } }],
  ['runtime', { runtime: 'onnxruntime-node 1.0.1' }],
  ['processor', { processor: 'arm64 test' }],
])('uses none of the 3, and removes them, when the %s is another', async (_, change) => {
  await using made = await withThree();
  expect(await loaded(new FileCheckpoints(made.folder, { ...STAMP, ...change }))).toEqual({});
  expect(await readdir(made.folder)).toEqual([]);
});

it('leaves out a file in which any single bit of its 44 bytes differs, and keeps the others', async () => {
  await using made = await withThree();
  const path = join(made.folder, 'block-0.bin');
  const intact = await readFile(path);
  expect(intact.length).toBe(32 + 3 * 4);
  for (let byte = 0; byte < intact.length; byte += 1) {
    const damaged = Buffer.from(intact);
    damaged[byte] = (damaged[byte] ?? 0) ^ (1 << (byte % 8));
    await writeFile(path, damaged);
    expect(Object.keys(await loaded(made.checkpoints)), `byte ${byte}`).toEqual(['7', '12']);
  }
  expect((await readdir(made.folder)).sort()).toEqual(['block-12.bin', 'block-7.bin']);
});

it.each([0, 1, 31, 32, 33, 36, 43])('leaves out a file of 44 bytes that ends after %i', async (length) => {
  await using made = await withThree();
  await truncate(join(made.folder, 'block-0.bin'), length);
  expect(await loaded(made.checkpoints)).toEqual({ 7: [0.5, 0.125], 12: [0.75] });
});

it('leaves out and removes what a killed run left half-written, and what is no checkpoint', async () => {
  await using made = await withThree();
  await cp(join(made.folder, 'block-0.bin'), join(made.folder, 'block-3.bin.partial'));
  await writeFile(join(made.folder, 'block-x.bin'), 'x');
  await mkdir(join(made.folder, 'folder'));
  expect(Object.keys(await loaded(made.checkpoints))).toEqual(['0', '7', '12']);
  expect((await readdir(made.folder)).sort()).toEqual(['block-0.bin', 'block-12.bin', 'block-7.bin']);
});

it('does not take the file of block 7 for that of block 8', async () => {
  await using made = await withThree();
  await rename(join(made.folder, 'block-7.bin'), join(made.folder, 'block-8.bin'));
  expect(Object.keys(await loaded(made.checkpoints))).toEqual(['0', '12']);
});

it('takes none of a block that lies elsewhere now, or is no more', async () => {
  await using made = await withThree();
  expect(await loaded(made.checkpoints, [block(0), block(7, 16)])).toEqual({ 0: [0, 0.25, 1] });
  expect(await readdir(made.folder)).toEqual(['block-0.bin']);
});

it('begins anew after its folder was removed', async () => {
  await using made = await withThree();
  await rm(made.folder, { recursive: true });
  expect(await loaded(made.checkpoints)).toEqual({});
  await made.checkpoints.save(block(1), bytesOf(Float32Array.of(0.5)));
  expect(await loaded(made.checkpoints)).toEqual({ 1: [0.5] });
});
