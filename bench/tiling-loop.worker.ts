/** One thread of bench/tiling.ts: holds the slide open in three ways, and runs a loop over its part each time it is told to. */
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PatchCutter } from '@gigascope/analysis';
import type { Block } from '@gigascope/contracts';
import {
  computeTissueMask,
  createPatchGrid,
  openSlide,
  type PatchGrid,
  patchOriginTarget,
  planBlocks,
  resolveSpacing,
  type SlideReader,
  tissueCells,
} from '@gigascope/tiling';
import { loadTurboJpeg } from '@gigascope/turbojpeg';
import { loadOpenSlide } from 'node-openslide';
import { fileAccess } from '../packages/tiling/src/random-access.ts';
import { readTiffStructure } from '../packages/tiling/src/tiff-directory.ts';
import { type JpegLevel, readJpegLevel } from '../packages/tiling/src/tiled-jpeg/jpeg-level.ts';
import type { LoopKind, LoopOrder, LoopTime } from './tiling.ts';

const PATCH_PX = 299;
const STRIDE_PX = 128;
const BLOCK_CELLS = 16;
const BATCH = 32;
const BUFFERS = 4;
/** The peer is slow, and its speed is the same all over a slide. */
const PEER_PATCHES = 1_000;

const path = workerData as string;
const library = loadOpenSlide();
const reader = await openSlide(path);
const plan = await planSlide(reader);
const level = await levelZero();
const tiles = await storedTiles(level, plan);

interface Plan {
  readonly grid: PatchGrid;
  readonly cells: Uint8Array;
  readonly blocks: readonly Block[];
}

/** The grid at the slide's own spacing, so that nothing is resampled. */
async function planSlide({ metadata }: SlideReader): Promise<Plan> {
  const spacing = resolveSpacing(metadata);
  const options = { metadata, spacing, targetMpp: spacing.x, patchSizePx: PATCH_PX, stridePx: STRIDE_PX };
  const grid = createPatchGrid(options);
  const cells = tissueCells(await computeTissueMask(reader, spacing, 'saturation'), grid);
  return { grid, cells, blocks: planBlocks(grid, cells, BLOCK_CELLS) };
}

async function levelZero(): Promise<JpegLevel> {
  await using handle = await open(path, 'r');
  const file = await fileAccess(handle);
  const structure = await readTiffStructure(file);
  const [first] = structure.directories;
  if (first === undefined) throw new Error('no directory');
  const found = await readJpegLevel(file, structure, first);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** The whole streams of all tiles that any tissue patch shows, each once, in memory. */
async function storedTiles(jpeg: JpegLevel, { grid, cells }: Plan): Promise<readonly Uint8Array[]> {
  const wanted = new Set<number>();
  for (const { x, y } of origins(grid, cells)) {
    const last = (start: number, side: number, size: number) =>
      Math.floor((Math.min(start + PATCH_PX, size) - 1) / side);
    const first = (start: number, side: number) => Math.floor(Math.max(0, start) / side);
    for (let row = first(y, jpeg.tileHeightPx); row <= last(y, jpeg.tileHeightPx, jpeg.heightPx); row++) {
      for (let col = first(x, jpeg.tileWidthPx); col <= last(x, jpeg.tileWidthPx, jpeg.widthPx); col++) {
        wanted.add(row * jpeg.columns + col);
      }
    }
  }
  await using file = await open(path, 'r');
  const streams: Uint8Array[] = [];
  for (const index of [...wanted].sort((a, b) => a - b)) {
    const { bytes } = jpeg.prefix;
    const stream = new Uint8Array(bytes.length - 2 + (jpeg.byteCounts[index] as number));
    await file.read(stream, bytes.length - 2, jpeg.byteCounts[index] as number, jpeg.offsets[index] as number);
    stream.set(bytes);
    streams.push(stream);
  }
  return streams;
}

function origins(grid: PatchGrid, cells: Uint8Array): { x: number; y: number }[] {
  const found: { x: number; y: number }[] = [];
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.columns; col++) {
      if (cells[row * grid.columns + col] === 1) found.push(patchOriginTarget(grid, col, row));
    }
  }
  return found;
}

function share<T>(all: readonly T[], { part, parts }: LoopOrder): readonly T[] {
  return all.slice(Math.floor((all.length * part) / parts), Math.floor((all.length * (part + 1)) / parts));
}

const LOOPS: Readonly<Record<LoopKind, (order: LoopOrder) => Promise<number>>> = {
  /** libopenslide alone: its own pixels, not even made RGB. */
  openslide: async (order) => {
    using slide = library.open(path);
    const all = share(origins(plan.grid, plan.cells), order).slice(0, PEER_PATCHES);
    for (const { x, y } of all) {
      slide.readRegionSync({ xL0: x, yL0: y, level: 0, widthPx: PATCH_PX, heightPx: PATCH_PX });
    }
    return all.length;
  },
  /** What the engine's reader thread does, up to the full batches. A fresh reader: nothing is cached yet. */
  ours: async (order) => {
    await using fresh = await openSlide(path);
    const { grid, cells } = plan;
    const cutter = new PatchCutter({ reader: fresh, grid, tissueCells: cells, batchSize: BATCH, buffers: BUFFERS });
    const blocks = share(plan.blocks, order);
    const wanted = blocks.reduce((sum, block) => sum + block.tissueCells, 0);
    const done = Promise.withResolvers<number>();
    let count = 0;
    cutter.onError = (_, error) => done.reject(error);
    cutter.onBatch = (batch) => {
      count += batch.count;
      cutter.recycle(batch.data);
      if (count === wanted) done.resolve(count);
    };
    for (const [ticket, block] of blocks.entries()) cutter.request(ticket, block);
    return await done.promise;
  },
  decode: async (order) => {
    using decompressor = loadTurboJpeg().createDecompressor();
    const { tileWidthPx: widthPx, tileHeightPx: heightPx } = level;
    const data = new Uint8Array(widthPx * heightPx * 3);
    const target = { data, offsetBytes: 0, pitchBytes: widthPx * 3, widthPx, heightPx };
    for (const stream of share(tiles, order)) decompressor.decompressInto(stream, target);
    return origins(plan.grid, plan.cells).length / order.parts;
  },
};

parentPort?.on('message', async (order: LoopOrder) => {
  const began = performance.now();
  const patches = await LOOPS[order.kind](order);
  const time: LoopTime = { patches, ms: performance.now() - began };
  parentPort?.postMessage(time);
});
parentPort?.postMessage('ready');
