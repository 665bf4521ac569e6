/** One thread of bench/tiling.ts: holds the slide open in three ways, and runs a loop over its part each time it is told to. */
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openSlide } from '@gigascope/tiling';
import { loadTurboJpeg } from '@gigascope/turbojpeg';
import { loadOpenSlide } from 'node-openslide';
import { fileAccess } from '../packages/tiling/src/random-access.ts';
import { readTiffStructure } from '../packages/tiling/src/tiff-directory.ts';
import { type JpegLevel, readJpegLevel } from '../packages/tiling/src/tiled-jpeg/jpeg-level.ts';
import { cutPatches, PATCH_PX, patchOrigins, planSlide, type SlidePlan } from './slide-plan.ts';
import type { LoopKind, LoopOrder, LoopTime } from './tiling.ts';

/** The peer is slow, and its speed is the same all over a slide. */
const PEER_PATCHES = 1_000;

const path = workerData as string;
const library = loadOpenSlide();
const reader = await openSlide(path);
const plan = await planSlide(reader);
const level = await levelZero();
const tiles = await storedTiles(level, plan);

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
async function storedTiles(jpeg: JpegLevel, slidePlan: SlidePlan): Promise<readonly Uint8Array[]> {
  const wanted = new Set<number>();
  for (const { x, y } of patchOrigins(slidePlan)) {
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

/** Of parts that weigh the same, or nearly so, one. */
function share<T>(all: readonly T[], { part, parts }: LoopOrder, weigh: (one: T) => number = () => 1): readonly T[] {
  const total = all.reduce((sum, one) => sum + weigh(one), 0);
  let before = 0;
  return all.filter((one) => {
    const middle = before + weigh(one) / 2;
    before += weigh(one);
    return Math.floor((middle * parts) / total) === part;
  });
}

const LOOPS: Readonly<Record<LoopKind, (order: LoopOrder) => Promise<number>>> = {
  /** libopenslide alone: its own pixels, not even made RGB. */
  openslide: async (order) => {
    using slide = library.open(path);
    const all = share(patchOrigins(plan), order).slice(0, PEER_PATCHES);
    for (const { x, y } of all) {
      slide.readRegionSync({ xL0: x, yL0: y, level: 0, widthPx: PATCH_PX, heightPx: PATCH_PX });
    }
    return all.length;
  },
  /** A fresh reader: nothing is cached yet. */
  ours: async (order) => {
    await using fresh = await openSlide(path);
    // By patches: blocks at the tissue's edge hold few.
    const blocks = share(plan.blocks, order, ({ tissueCells }) => tissueCells);
    return await cutPatches(fresh, plan, blocks);
  },
  decode: async (order) => {
    using decompressor = loadTurboJpeg().createDecompressor();
    const { tileWidthPx: widthPx, tileHeightPx: heightPx } = level;
    const data = new Uint8Array(widthPx * heightPx * 3);
    const target = { data, offsetBytes: 0, pitchBytes: widthPx * 3, widthPx, heightPx };
    for (const stream of share(tiles, order)) decompressor.decompressInto(stream, target);
    return patchOrigins(plan).length / order.parts;
  },
};

parentPort?.on('message', async (order: LoopOrder) => {
  const began = performance.now();
  const patches = await LOOPS[order.kind](order);
  const time: LoopTime = { patches, ms: performance.now() - began };
  parentPort?.postMessage(time);
});
parentPort?.postMessage('ready');
