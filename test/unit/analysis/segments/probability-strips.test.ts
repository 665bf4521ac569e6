import type { AnalysisPlan, ManifestOf } from '@gigascope/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskStrips } from '../../../../packages/analysis/src/segments/mask-strips.ts';
import {
  type ProbabilityStrip,
  probabilityStrips,
} from '../../../../packages/analysis/src/segments/probability-strips.ts';
import { heldBytes } from '../../tiff/held-memory.ts';
import { planOf } from '../samples.ts';
import { inferred, randomNumbers, segmentManifest } from '../tasks.ts';
import { wholeProbabilities, windowOf } from './window-oracle.ts';

const NAMES = ['background', 'first', 'second', 'third'];
/** A byte is 1/255, so a stored probability is at most half of that off; the rest is float32. */
const HALF_A_STEP = 0.5 / 255 + 1e-6;

/** Small windows over a small slide, of any proportions that leave no gap. */
const scenes = fc
  .record({
    width: fc.integer({ min: 1, max: 45 }),
    height: fc.integer({ min: 1, max: 45 }),
    stridePx: fc.integer({ min: 2, max: 9 }),
    overlapPx: fc.integer({ min: 0, max: 9 }),
    borderPx: fc.integer({ min: 0, max: 7 }),
    classes: fc.integer({ min: 2, max: 4 }),
    blockCells: fc.integer({ min: 1, max: 4 }),
    tissueShare: fc.constantFrom(0.3, 0.8, 1),
    seed: fc.nat(10_000),
  })
  .map(({ classes, stridePx, overlapPx, borderPx, ...rest }) => {
    const outputSizePx = stridePx + overlapPx;
    const sizes = { stridePx, outputSizePx, patchSizePx: outputSizePx + borderPx };
    return { ...rest, ...sizes, classes: NAMES.slice(0, classes) };
  });
type Scene = typeof scenes extends fc.Arbitrary<infer S> ? S : never;

interface Stitched {
  readonly plan: AnalysisPlan;
  readonly manifest: ManifestOf<'segment'>;
  readonly outputs: Map<number, Uint8Array<ArrayBuffer>>;
}

async function stitch(scene: Scene, merge: 'crop' | 'blend', order = scene.seed): Promise<Stitched> {
  const { classes, stridePx, outputSizePx, patchSizePx } = scene;
  const manifest = segmentManifest({ classes, stridePx, outputSizePx, patchSizePx, merge });
  const next = randomNumbers(scene.seed);
  const plan = planOf({
    widthL0: scene.width,
    heightL0: scene.height,
    mpp: { x: 1, y: 1 },
    manifest,
    blockCells: scene.blockCells,
    tissue: (columns, rows) => Uint8Array.from({ length: columns * rows }, () => (next() < scene.tissueShare ? 1 : 0)),
  });
  return { plan, manifest, outputs: await inferred(plan, manifest, (col, row) => windowOf(manifest, col, row), order) };
}

/** The strips put together: one plane for each class but the background. */
async function planesOf(stitched: Stitched, { width, height, classes }: Scene): Promise<Float32Array[]> {
  const planes = classes.slice(1).map(() => new Float32Array(width * height).fill(Number.NaN));
  let y = 0;
  for await (const { yTarget, rows, probabilities } of probabilityStrips(stitched)) {
    expect(yTarget).toBe(y);
    planes.forEach((plane, k) => {
      plane.set(probabilities.subarray(k * rows * width, (k + 1) * rows * width), y * width);
    });
    y += rows;
  }
  expect(y).toBe(height);
  return planes;
}

describe('probabilityStrips', () => {
  it('cuts windows at their cores exactly: every pixel is its own cell’s byte, on 150 slides of 1 to 45 px', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        const stitched = await stitch(scene, 'crop');
        const planes = await planesOf(stitched, scene);
        planes.forEach((plane, k) => {
          const toByte = (p: number) => Math.round(p * 255) / 255;
          const whole = wholeProbabilities(stitched.plan, stitched.manifest, scene, k + 1, toByte);
          expect([...plane]).toEqual([...whole].map(Math.fround));
        });
      }),
      { numRuns: 150 },
    );
  });

  it('fades windows into each other: every pixel is the weighted mean of its windows within 1/510, on 150 slides', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        const stitched = await stitch(scene, 'blend');
        const planes = await planesOf(stitched, scene);
        planes.forEach((plane, k) => {
          const whole = wholeProbabilities(stitched.plan, stitched.manifest, scene, k + 1);
          const worst = plane.reduce((most, p, at) => Math.max(most, Math.abs(p - (whole[at] as number))), 0);
          expect(worst).toBeLessThanOrEqual(HALF_A_STEP);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same bytes whatever the order of blocks and patches', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, fc.constantFrom('crop' as const, 'blend' as const), async (scene, merge) => {
        const [one, other] = [await stitch(scene, merge, 1), await stitch(scene, merge, 2)];
        expect(await planesOf(other, scene)).toEqual(await planesOf(one, scene));
      }),
      { numRuns: 30 },
    );
  });

  it('fades from 100 % to 0 over an overlap of 4 px by 1/8, 3/8, 5/8, 7/8, worked by hand', async () => {
    const manifest = segmentManifest({ patchSizePx: 16, outputSizePx: 16, stridePx: 12 });
    const plan = planOf({ widthL0: 24, heightL0: 1, mpp: { x: 1, y: 1 }, manifest });
    const flat = (p: number) => Float32Array.from({ length: 2 * 256 }, (_, k) => (k < 256 ? 1 - p : p));
    const outputs = await inferred(plan, manifest, (col) => flat(col === 0 ? 1 : 0));
    const [strip] = (await Array.fromAsync(probabilityStrips({ plan, manifest, outputs }))) as [ProbabilityStrip];
    const near = (p: number) => expect.closeTo(p, 6);
    // The second window begins at 12 − 2 = 10, the first ends at 14.
    expect([...strip.probabilities.slice(8, 16)]).toEqual([1, 1, 7 / 8, 5 / 8, 3 / 8, 1 / 8, 0, 0].map(near));
  });
});

describe('the memory of probabilityStrips', () => {
  it('reads no block’s row before its turn and gives strips of at most a window’s height', async () => {
    const manifest = segmentManifest({ patchSizePx: 40, outputSizePx: 32, stridePx: 24 });
    const plan = planOf({ widthL0: 100, heightL0: 1000, mpp: { x: 1, y: 1 }, manifest, blockCells: 2 });
    const outputs = await inferred(plan, manifest, (col, row) => windowOf(manifest, col, row));
    const read = new Set<number>();
    const spied: ReadonlyMap<number, Uint8Array> = {
      ...outputs,
      size: outputs.size,
      get: (index: number) => {
        read.add(plan.blocks.find((block) => block.index === index)?.rowHeat ?? -1);
        return outputs.get(index);
      },
    } as never;
    let strips = 0;
    for await (const { rows, yTarget } of probabilityStrips({ plan, manifest, outputs: spied })) {
      strips += 1;
      expect(rows).toBeLessThanOrEqual(32);
      // The next window begins at the strip's end, 4 px before its cell.
      expect(Math.max(...read) * 24).toBeLessThanOrEqual(yTarget + rows);
    }
    expect(strips).toBe(Math.ceil(1000 / 24));
  });

  it('holds under 4 MB over 512 × 40,000 px, whose probabilities are 82 MB', async () => {
    const manifest = segmentManifest({ patchSizePx: 256, outputSizePx: 256, stridePx: 192 });
    const plan = planOf({ widthL0: 512, heightL0: 40_000, mpp: { x: 1, y: 1 }, manifest, blockCells: 8 });
    const answer = new Float32Array(2 * 256 ** 2).fill(0.5);
    const outputs = await inferred(plan, manifest, () => answer);
    const before = await heldBytes();
    let most = 0;
    for await (const { yTarget } of probabilityStrips({ plan, manifest, outputs }))
      if (yTarget % 1920 > 1700) most = Math.max(most, (await heldBytes()) - before);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(4e6);
  });
});

describe('maskStrips', () => {
  const whole = async (stitched: Stitched, threshold: number, width: number) => {
    const strips = await Array.fromAsync(maskStrips(stitched, threshold, width));
    return {
      classes: strips.flatMap(({ classes }) => [...classes]),
      probabilities: strips.flatMap(({ probabilities }) => [...probabilities]),
    };
  };

  it('takes the foreground from the threshold on with 2 classes, whatever the threshold, on 80 slides', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, fc.integer({ min: 0, max: 255 }), async (scene, step) => {
        const two = { ...scene, classes: NAMES.slice(0, 2) };
        const stitched = await stitch(two, 'crop');
        const [plane = new Float32Array()] = await planesOf(stitched, two);
        // Half a step off, so that float32 has no say.
        const threshold = (step + 0.5) / 255;
        const { classes, probabilities } = await whole(stitched, threshold, scene.width);
        expect(classes).toEqual([...plane].map((p) => (p > threshold ? 1 : 0)));
        expect(probabilities).toEqual([...plane]);
      }),
      { numRuns: 80 },
    );
  });

  it('takes the most probable of 3 or 4 classes, background where nothing was inferred, on 80 slides', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, fc.constantFrom(3, 4), async (scene, count) => {
        const more = { ...scene, classes: NAMES.slice(0, count) };
        const stitched = await stitch(more, 'blend');
        const planes = await planesOf(stitched, more);
        const { classes, probabilities } = await whole(stitched, 0.5, scene.width);
        expect(classes.length).toBe(scene.width * scene.height);
        classes.forEach((kind, at) => {
          const foreground = planes.map((plane) => plane[at] as number);
          const all = [1 - foreground.reduce((a, b) => a + b, 0), ...foreground];
          const most = Math.max(...all);
          // The class given is the most probable one; where two are as good as equal, either may be.
          expect(all[kind]).toBeGreaterThanOrEqual(most - 1e-6);
          expect(probabilities[at]).toBeCloseTo(most, 5);
          if (foreground.every((p) => p === 0)) expect(kind).toBe(0);
        });
      }),
      { numRuns: 80 },
    );
  });
});
