import { setTimeout as wait } from 'node:timers/promises';
import { type PatchBatch, PatchCutter } from '@gigascope/analysis';
import type { Block } from '@gigascope/contracts';
import type { SlideReader } from '@gigascope/tiling';
import { expect, it } from 'vitest';
import { naivePatch, noiseImage, singleLevelReader } from '../tiling/memory-slides.ts';
import { blocksOf, cellsOf, PATCH_BYTES, PATCH_PX, STRIDE_PX, smallGrid } from './cells.ts';

/** 7 × 5 cells, the last column and row cut off by the slide's edge; every third cell is glass. */
const IMAGE = noiseImage(27, 18, 5);
const READER = singleLevelReader(IMAGE, { x: 1, y: 1 });
const GRID = smallGrid(READER);
const TISSUE = Uint8Array.from({ length: 35 }, (_, cell) => (cell % 3 === 0 ? 0 : 1));

/** Longer than any read of these slides takes: whatever would come has come. */
const SETTLED_MS = 60;

interface Received {
  readonly ticket: number;
  readonly place: number;
  readonly patch: Uint8Array;
}

function cutter(options: { reader?: SlideReader; tissue?: Uint8Array; batchSize: number; buffers: number }) {
  const { reader = READER, tissue = TISSUE, batchSize, buffers } = options;
  const source = new PatchCutter({ reader, grid: GRID, tissueCells: tissue, batchSize, buffers });
  const batches: PatchBatch[] = [];
  const errors: { ticket: number; message: string }[] = [];
  source.onBatch = (batch) => batches.push(batch);
  source.onError = (ticket, { message }) => errors.push({ ticket, message });
  return { source, batches, errors };
}

/** Asks for all blocks in one go, with tickets from `first` on. */
function request(source: PatchCutter, blocks: readonly Block[], first = 0): void {
  for (const [k, block] of blocks.entries()) source.request(first + k, block);
}

function unpack({ data, count, slots }: PatchBatch): Received[] {
  return Array.from({ length: count }, (_, i) => ({
    ticket: slots[2 * i] ?? -1,
    place: slots[2 * i + 1] ?? -1,
    patch: data.slice(i * PATCH_BYTES, (i + 1) * PATCH_BYTES),
  }));
}

it('cuts each of the 23 tissue cells once, under its block’s ticket, at its row-major place, with the patch of the whole slide', async () => {
  expect([GRID.columns, GRID.rows]).toEqual([7, 5]);
  const { source, batches } = cutter({ batchSize: 4, buffers: 100 });
  const blocks = blocksOf(GRID, TISSUE, 3);
  request(source, blocks, 100);
  await expect.poll(() => batches.reduce((sum, { count }) => sum + count, 0)).toBe(23);
  const received = batches.flatMap(unpack);
  const expected = blocks.flatMap((block, k) =>
    cellsOf(block, GRID, TISSUE).map(({ col, row }, place) => ({
      ticket: 100 + k,
      place,
      patch: naivePatch(IMAGE, col * STRIDE_PX - 3, row * STRIDE_PX - 3, PATCH_PX),
    })),
  );
  expect(received.map(({ ticket, place }) => [ticket, place])).toEqual(
    expected.map(({ ticket, place }) => [ticket, place]),
  );
  received.forEach(({ patch }, i) => {
    expect(Buffer.compare(patch, expected[i]?.patch ?? Buffer.alloc(0)), `patch ${i}`).toBe(0);
  });
});

it('packs blocks of 9, 9 and 5 cells, asked for together, into batches of 5 5 5 5 3', async () => {
  const all = new Uint8Array(35).fill(1);
  const { source, batches } = cutter({ tissue: all, batchSize: 5, buffers: 10 });
  const blocks = blocksOf(GRID, all, 3).filter(({ tissueCells }) => tissueCells === 9);
  request(source, blocks);
  source.request(2, { index: 9, colHeat: 2, rowHeat: 4, columns: 5, rows: 1, tissueCells: 5 });
  await wait(SETTLED_MS);
  expect(batches.map(({ count }) => count)).toEqual([5, 5, 5, 5, 3]);
  // The second batch holds the last 4 patches of the first block and the first of the second.
  expect([...(batches[1]?.slots ?? [])]).toEqual([0, 5, 0, 6, 0, 7, 0, 8, 1, 0]);
});

it('sends a batch that is not full as soon as nothing more is asked for', async () => {
  const { source, batches } = cutter({ batchSize: 64, buffers: 2 });
  const [block] = blocksOf(GRID, TISSUE, 2);
  if (block === undefined) throw new Error('no block');
  source.request(1, block);
  await expect.poll(() => batches.map(({ count }) => count)).toEqual([block.tissueCells]);
  source.request(2, block);
  await expect.poll(() => batches.map(({ count }) => count)).toEqual([block.tissueCells, block.tissueCells]);
});

it.each([1, 2, 4])(
  'never has more than %i batches on their way, and goes on by one for each that comes back',
  async (buffers) => {
    const { source, batches } = cutter({ batchSize: 2, buffers });
    request(source, blocksOf(GRID, TISSUE, 3));
    const total = Math.ceil(23 / 2);
    for (let recycled = 0; recycled < total; recycled += 1) {
      await wait(SETTLED_MS / 4);
      expect(batches.length - recycled).toBe(Math.min(buffers, total - recycled));
      const batch = batches[recycled];
      if (batch === undefined) throw new Error('no batch');
      source.recycle(batch.data);
    }
    await wait(SETTLED_MS);
    expect(batches.length).toBe(total);
    expect(new Set(batches.map(({ data }) => data.buffer)).size).toBe(buffers);
  },
);

it('tells the error of the 1 block of 6 that cannot be read, and cuts the others whole', async () => {
  const broken: SlideReader = {
    ...READER,
    readRegion: async (region) => {
      // Only the block in the middle column of the lower row reads from this pixel on.
      if (region.x === 9 && region.y === 9) throw new RangeError('tile 1, 1 is damaged');
      return await READER.readRegion(region);
    },
  };
  const { source, batches, errors } = cutter({ reader: broken, batchSize: 3, buffers: 50 });
  const blocks = blocksOf(GRID, TISSUE, 3);
  expect(blocks.length).toBe(6);
  request(source, blocks);
  const cells = blocks.map(({ tissueCells }) => tissueCells);
  await expect.poll(() => errors).toEqual([{ ticket: 3, message: 'tile 1, 1 is damaged' }]);
  await wait(SETTLED_MS);
  const perTicket = cells.map((_, k) => batches.flatMap(unpack).filter(({ ticket }) => ticket === k).length);
  expect(perTicket).toEqual(cells.map((count, k) => (k === 3 ? 0 : count)));
});

it('begins no block while it is held, ends the one it is at, and goes on when it is let', async () => {
  const { source, batches } = cutter({ batchSize: 4, buffers: 100 });
  const cut: number[] = [];
  source.onCut = (ticket) => {
    cut.push(ticket);
    if (cut.length === 1) source.hold(true);
  };
  const blocks = blocksOf(GRID, TISSUE, 3);
  request(source, blocks);
  await wait(SETTLED_MS);
  expect(cut).toEqual([0]);
  source.hold(false);
  await expect.poll(() => batches.reduce((sum, { count }) => sum + count, 0)).toBe(23);
  expect(cut).toEqual(blocks.map((_, ticket) => ticket));
});
