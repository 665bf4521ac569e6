import { keepInCore, mergeDetections } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../packages/findings/src/evaluation/seeded-random.ts';

const CORE_PX = 512;
const PATCH_PX = 640;
const HALO_PX = (PATCH_PX - CORE_PX) / 2;
const MARGIN_PX = 16;
const OBJECT_PX = 90;
const PITCH_PX = 128;
const SIDE_PX = 16 * PITCH_PX;

interface Centre {
  readonly x: number;
  readonly y: number;
}

/** 200 objects 38 px apart, moved as one, so that over all offsets the seams of 512 px meet them everywhere. */
function objects(offset: Centre): readonly Centre[] {
  return Array.from({ length: 200 }, (_, k) => ({
    x: PITCH_PX + (k % 14) * PITCH_PX + offset.x,
    y: PITCH_PX + Math.floor(k / 14) * PITCH_PX + offset.y,
  }));
}

/** What the window of cell (column, row) finds: every object that lies whole in its patch, its box moved by up to `jitterPx`. */
function look(column: number, row: number, centres: readonly Centre[], jitterPx: number, random: () => number) {
  const x = column * CORE_PX - HALO_PX;
  const y = row * CORE_PX - HALO_PX;
  const half = OBJECT_PX / 2;
  const found = centres
    .filter((c) => c.x - half >= x && c.x + half <= x + PATCH_PX && c.y - half >= y && c.y + half <= y + PATCH_PX)
    .flatMap((c) => {
      const moved = { x: c.x + (2 * random() - 1) * jitterPx, y: c.y + (2 * random() - 1) * jitterPx };
      return [moved.x - half, moved.y - half, moved.x + half, moved.y + half, 0.5 + random() / 2, 0];
    });
  return {
    rows: Float64Array.from(found),
    core: { x: column * CORE_PX, y: row * CORE_PX, width: CORE_PX, height: CORE_PX },
  };
}

function detect(offset: Centre, seed: number, marginPx: number) {
  const random = seededRandom(seed);
  const cells = Math.ceil(SIDE_PX / CORE_PX);
  const windows = Array.from({ length: cells * cells }, (_, k) => {
    const { rows, core } = look(k % cells, Math.floor(k / cells), objects(offset), MARGIN_PX / 2, random);
    return keepInCore(rows, { core, marginPx });
  });
  return mergeDetections(windows, {
    classes: ['capillary'],
    slideL0: { width: SIDE_PX, height: SIDE_PX },
    threshold: 0.05,
    nmsIou: 0.5,
    exclusive: true,
  });
}

const offsets = fc.record({ x: fc.integer({ min: -64, max: 63 }), y: fc.integer({ min: -64, max: 63 }) });

describe('the seam rule', () => {
  it('gives 200 detections of 200 objects, wherever the seams fall and the windows’ boxes lie up to 16 px apart', () => {
    fc.assert(
      fc.property(offsets, fc.integer(), (offset, seed) => {
        const found = detect(offset, seed, MARGIN_PX);
        expect(found).toHaveLength(200);
        for (const { x, y } of objects(offset)) {
          const near = found.filter(
            ({ x0L0, x1L0, y0L0, y1L0 }) => Math.hypot((x0L0 + x1L0) / 2 - x, (y0L0 + y1L0) / 2 - y) <= MARGIN_PX,
          );
          expect(near).toHaveLength(1);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('loses objects that stand on a seam when the margin is 0', () => {
    const onSeam = { x: 0, y: 0 };
    const counts = [1, 2, 3, 4, 5].map((seed) => detect(onSeam, seed, 0).length);
    expect(Math.max(...counts)).toBeLessThan(200);
    expect([1, 2, 3, 4, 5].map((seed) => detect(onSeam, seed, MARGIN_PX).length)).toEqual([200, 200, 200, 200, 200]);
  });

  it('keeps two neighbours apart on a seam while they overlap by no more than nmsIou, and joins them beyond', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 89, noNaN: true }),
        fc.double({ min: -40, max: 40, noNaN: true }),
        (shift, seam) => {
          const box = (x: number, score: number) => [x, 100, x + OBJECT_PX, 100 + OBJECT_PX, score, 0];
          const x = CORE_PX - OBJECT_PX / 2 + seam;
          const both = Float64Array.from([...box(x, 0.9), ...box(x + shift, 0.8)]);
          const windows = [0, 1].map((column) =>
            keepInCore(both, {
              core: { x: column * CORE_PX, y: 0, width: CORE_PX, height: CORE_PX },
              marginPx: MARGIN_PX,
            }),
          );
          const found = mergeDetections(windows, {
            classes: ['capillary'],
            slideL0: { width: SIDE_PX, height: SIDE_PX },
            threshold: 0.05,
            nmsIou: 0.5,
            exclusive: true,
          });
          const iou = (OBJECT_PX - shift) / (OBJECT_PX + shift);
          fc.pre(Math.abs(iou - 0.5) > 1e-9);
          expect(found).toHaveLength(iou > 0.5 ? 1 : 2);
        },
      ),
    );
  });

  it('keeps a centre up to the margin outside the core on all four sides, half-open', () => {
    const point = (x: number, y: number) => [x - 5, y - 5, x + 5, y + 5, 0.9, 0];
    const core = { x: 100, y: 200, width: 50, height: 40 };
    const kept = (x: number, y: number) =>
      keepInCore(Float32Array.from(point(x, y)), { core, marginPx: 16 }).length === 6;
    expect([kept(84, 200), kept(83.5, 200), kept(165.5, 200), kept(166, 200)]).toEqual([true, false, true, false]);
    expect([kept(100, 184), kept(100, 183.5), kept(100, 255.5), kept(100, 256)]).toEqual([true, false, true, false]);
  });
});
