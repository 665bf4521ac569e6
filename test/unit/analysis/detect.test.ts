import { mergeBoxes } from '@gigascope/analysis';
import type { AnalysisPlan, ManifestOf } from '@gigascope/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARAMETERS, planOf } from './samples.ts';
import { cellsIn, detectManifest, inferred, randomNumbers } from './tasks.ts';

const MANIFEST = detectManifest();
const { stridePx: STRIDE, patchSizePx: PATCH } = MANIFEST;
const BLOCK_CELLS = 3;
/** Pixels are not square: 0.5 and 0.8 target pixels a level-0 pixel. */
const MPP = { x: 0.25, y: 0.4 };
const PER_L0 = { x: MPP.x / MANIFEST.mpp, y: MPP.y / MANIFEST.mpp };
const COLUMNS = 21;
const ROWS = 11;
const JITTER_PX = 4;

/** An object in target pixels. */
interface Thing {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: number;
}

const plan = planOf({
  widthL0: Math.floor((COLUMNS * STRIDE) / PER_L0.x),
  heightL0: Math.floor((ROWS * STRIDE) / PER_L0.y),
  mpp: MPP,
  manifest: MANIFEST,
  blockCells: BLOCK_CELLS,
});

/** 200 objects of 48 to 64 px, each about one of the 200 corners at which four windows meet, `off` pixels from it. */
function thingsAtSeams(off: { x: number; y: number }, seed: number): Thing[] {
  const next = randomNumbers(seed);
  const between = (from: number, to: number) => from + next() * (to - from);
  return Array.from({ length: 200 }, (_, k) => ({
    x: STRIDE * (1 + (k % 20)) + off.x + between(-1, 1),
    y: STRIDE * (1 + Math.floor(k / 20)) + off.y + between(-1, 1),
    width: between(48, 64),
    height: between(48, 64),
    kind: k % 2,
  }));
}

/**
 * A detector that sees every object that reaches into its patch, cut off at the patch's border, with its centre up to 4 px off on
 * both axes and with a score of its own.
 */
function detector(things: readonly Thing[], seed: number, patchPx = PATCH) {
  return (col: number, row: number): Float32Array<ArrayBuffer> => {
    const next = randomNumbers(seed + col * 7919 + row * 104_729);
    const halo = Math.floor((patchPx - STRIDE) / 2);
    const origin = { x: col * STRIDE - halo, y: row * STRIDE - halo };
    const rows = things.flatMap(({ x, y, width, height, kind }) => {
      const [dx, dy, score] = [(next() * 2 - 1) * JITTER_PX, (next() * 2 - 1) * JITTER_PX, 0.6 + 0.4 * next()];
      const cut = (value: number) => Math.min(patchPx, Math.max(0, value));
      const [left, top] = [x + dx - width / 2 - origin.x, y + dy - height / 2 - origin.y];
      const box = [cut(left), cut(top), cut(left + width), cut(top + height)] as const;
      return box[0] < box[2] && box[1] < box[3] ? [[...box, score, kind]] : [];
    });
    return Float32Array.from(rows.flat());
  };
}

async function detect(
  things: readonly Thing[],
  seed: number,
  manifest: ManifestOf<'detect'> = MANIFEST,
  on: AnalysisPlan = plan,
) {
  const outputs = await inferred(on, manifest, detector(things, seed, manifest.patchSizePx), seed);
  return mergeBoxes({ plan: on, manifest, outputs }, null);
}

/** The object that a detection must be of: its centre at most 4 px from the truth on both axes, in target pixels. */
function thingOf(things: readonly Thing[], found: { x0L0: number; y0L0: number; x1L0: number; y1L0: number }): number {
  const [x, y] = [((found.x0L0 + found.x1L0) / 2) * PER_L0.x, ((found.y0L0 + found.y1L0) / 2) * PER_L0.y];
  // Float32 holds a place in a patch to 2e-5 px.
  const reach = JITTER_PX + 1e-3;
  return things.findIndex((thing) => Math.abs(thing.x - x) <= reach && Math.abs(thing.y - y) <= reach);
}

const offset = fc.double({ min: -24, max: 24, noNaN: true });

describe('detections over a plan of 21 × 11 windows in 7 × 4 blocks', () => {
  it('has 231 windows in 28 blocks of up to 3 × 3', () => {
    expect([plan.grid.columns, plan.grid.rows, plan.blocks.length]).toEqual([COLUMNS, ROWS, 28]);
    expect(plan.blocks.flatMap((block) => cellsIn(plan, block))).toHaveLength(231);
  });

  it('finds 200 objects at the seams of windows and blocks exactly once each, wherever the seam falls, with centres 4 px off', async () => {
    await fc.assert(
      fc.asyncProperty(offset, offset, fc.nat(10_000), async (x, y, seed) => {
        const things = thingsAtSeams({ x, y }, seed);
        const { detections, truncated } = await detect(things, seed);
        expect(detections).toHaveLength(200);
        expect(new Set(detections.map((found) => thingOf(things, found)))).toEqual(new Set(things.keys()));
        expect(truncated).toBe(false);
        for (const found of detections)
          expect(found.class).toBe(MANIFEST.classes[things[thingOf(things, found)]?.kind ?? -1]);
      }),
      { numRuns: 25 },
    );
  });

  it('loses some of the 200 without a margin, and none with it', async () => {
    const without = detectManifest({ marginPx: 0 });
    const counts: number[] = [];
    for (let seed = 0; seed < 5; seed++) {
      const things = thingsAtSeams({ x: 0, y: 0 }, seed);
      counts.push((await detect(things, seed, without)).detections.length);
      expect((await detect(things, seed)).detections).toHaveLength(200);
    }
    expect(Math.max(...counts)).toBeLessThan(200);
  });

  it('finds objects of 48 to 64 px once each in windows of 256 px too, which cut those at their border in two', async () => {
    const narrow = detectManifest({ patchSizePx: 256 });
    const planned = planOf({
      ...{ widthL0: plan.metadata.widthL0, heightL0: plan.metadata.heightL0, mpp: MPP },
      ...{ manifest: narrow, blockCells: BLOCK_CELLS },
    });
    await fc.assert(
      fc.asyncProperty(offset, offset, fc.nat(10_000), async (x, y, seed) => {
        const things = thingsAtSeams({ x, y }, seed);
        expect((await detect(things, seed, narrow, planned)).detections).toHaveLength(200);
      }),
      { numRuns: 25 },
    );
  });

  it('gives the same detections whatever the order of blocks and windows', async () => {
    const things = thingsAtSeams({ x: 3, y: -5 }, 9);
    const answer = detector(things, 9);
    const [one, other] = [await inferred(plan, MANIFEST, answer, 1), await inferred(plan, MANIFEST, answer, 2)];
    expect(other).toEqual(one);
    const boxes = (outputs: Map<number, Uint8Array>) => mergeBoxes({ plan, manifest: MANIFEST, outputs }, null);
    expect(boxes(other)).toEqual(boxes(one));
  });

  it('finds nothing of the 40 objects whose windows hold no tissue, and all of the other 160', async () => {
    const tissue = plan.tissueCells.map((_, cell) => (cell % COLUMNS < 5 ? 0 : 1));
    const half = planOf({
      ...{ widthL0: plan.metadata.widthL0, heightL0: plan.metadata.heightL0, mpp: MPP },
      ...{ manifest: MANIFEST, blockCells: BLOCK_CELLS, tissue: () => tissue },
    });
    // 24 px into the cell at their right: out of the margin of the windows at their left.
    const things = thingsAtSeams({ x: 24, y: 0 }, 4);
    const { detections } = await detect(things, 4, MANIFEST, half);
    const expected = things.filter(({ x }) => x >= 5 * STRIDE);
    expect(things.length - expected.length).toBe(40);
    expect(detections).toHaveLength(expected.length);
  });
});

describe('the coordinates of a detection', () => {
  it('are level-0 pixels: a box at 10, 20 of window 2, 1 begins at (384 − 48 + 10) · 2 and (192 − 48 + 20) / 0.8', async () => {
    const at = (col: number, row: number) =>
      col === 2 && row === 1 ? Float32Array.of(90, 100, 150, 140, 0.75, 1) : new Float32Array();
    const outputs = await inferred(plan, MANIFEST, at);
    const { detections } = mergeBoxes({ plan, manifest: MANIFEST, outputs }, null);
    const [left, top] = [2 * 192 - 48, 192 - 48];
    expect(detections).toEqual([
      {
        ...{ rank: 1, class: 'negative', probability: 0.75 },
        ...{ x0L0: (left + 90) * 2, x1L0: (left + 150) * 2 },
        ...{ y0L0: expect.closeTo((top + 100) / 0.8, 9), y1L0: expect.closeTo((top + 140) / 0.8, 9) },
      },
    ]);
  });

  it('end at the slide’s border', async () => {
    const last = (col: number, row: number) =>
      col === COLUMNS - 1 && row === ROWS - 1 ? Float32Array.of(200, 200, 270, 270, 0.9, 0) : new Float32Array();
    const { detections } = mergeBoxes(
      { plan, manifest: MANIFEST, outputs: await inferred(plan, MANIFEST, last) },
      null,
    );
    expect(detections).toMatchObject([{ x1L0: plan.metadata.widthL0, y1L0: plan.metadata.heightL0 }]);
  });
});

describe('the threshold of detections', () => {
  it('is the request’s before the model’s: of scores 0.3, 0.6 and 0.9 those from 0.5, and from 0.8 on', async () => {
    const three = (col: number, row: number) =>
      col === 1 && row === 1
        ? Float32Array.of(60, 60, 90, 90, 0.3, 0, 100, 100, 140, 140, 0.6, 0, 160, 160, 190, 190, 0.9, 1)
        : new Float32Array();
    const outputs = await inferred(plan, MANIFEST, three);
    const found = (threshold: number | null) =>
      mergeBoxes({ plan, manifest: MANIFEST, outputs }, threshold).detections.map(({ probability }) => probability);
    expect(found(PARAMETERS.threshold)).toEqual([0.9, 0.6].map(Math.fround));
    expect(found(0.8)).toEqual([Math.fround(0.9)]);
  });

  it.each([
    [4, false],
    [5, true],
  ])('says of a window with %i of at most 5 boxes that it was truncated: %s', async (count, truncated) => {
    const manifest = detectManifest({ maxPerPatch: 5 });
    const one = Float32Array.of(60, 60, 90, 90, 0.1, 0);
    const full = (col: number, row: number) =>
      col === 7 && row === 3
        ? Float32Array.from(
            Array<number[]>(count)
              .fill([...one])
              .flat(),
          )
        : one.slice();
    const outputs = await inferred(plan, manifest, full);
    expect(mergeBoxes({ plan, manifest, outputs }, null)).toEqual({ detections: [], truncated });
  });
});
