import { describe, expect, it } from 'vitest';
import type { BuiltModel } from '../../../packages/models/src/architectures/architecture.ts';
import { levelAnchors } from '../../../packages/models/src/architectures/detection/anchors.ts';
import { poolRegions } from '../../../packages/models/src/architectures/detection/region-pooling.ts';
import { ARCHITECTURES } from '../../../packages/models/src/architectures/index.ts';
import { countParameters } from '../../../packages/models/src/bundle/count-parameters.ts';
import { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { cast } from '../../../packages/models/src/graph/ops/arithmetic.ts';
import type { Tensor } from '../../../packages/models/src/graph/tensor.ts';
import { anchorsAt, type Box, decodeBox, overlap, probabilities, type Scored, suppressed } from './detector-oracle.ts';
import { bytesTensor, changeInitializer, floatTensor, initializer, runTensors, type Values } from './run-tensors.ts';
import { patches } from './small-classifier.ts';

const SIDE_PX = 128;
const TINY = {
  classes: 3,
  inputSizePx: SIDE_PX,
  width: 1 / 16,
  fpnChannels: 8,
  headChannels: 16,
  anchorSizesPx: [12.5, 20, 32, 50, 64],
  preNms: 60,
  postNms: 40,
  maxDetections: 25,
  scoreThreshold: 0.3,
  nmsIou: 0.3,
  seed: 4,
};
const LEVELS = ['p2', 'p3', 'p4', 'p5', 'pool'] as const;

/** Last layers as loud as a trained network's, so that boxes, scores and classes differ. */
const LOUDER: Readonly<Record<string, number>> = {
  'rpn.objectness.weight': 5,
  'rpn.deltas.weight': 3,
  'box.logits.weight': 12,
  'box.deltas.weight': 150,
};

/** What the louder logits are off 0 on average, so that every class has its regions. */
const CENTRED = [0.15, -3.7, 3.1, -0.2, 0] as const;

function build(options: object = {}): BuiltModel {
  const architecture = ARCHITECTURES['faster-rcnn-resnet-18-fpn'];
  if (architecture === undefined) throw new Error('no such architecture');
  const built = architecture({ ...TINY, ...options });
  for (const [name, by] of Object.entries(LOUDER)) changeInitializer(built.model, name, (value) => value * by);
  changeInitializer(built.model, 'box.logits.bias', (_, i) => CENTRED[i] ?? 0);
  return built;
}

/** 3 different pictures: noise, dark noise with a bright block, and stripes. */
function pictures(count = 3): Uint8Array {
  const bytes = patches(count, SIDE_PX);
  const size = SIDE_PX * SIDE_PX * 3;
  for (let i = size; i < Math.min(2 * size, bytes.length); i++) {
    const [x, y] = [Math.floor(i / 3) % SIDE_PX, Math.floor((i - size) / (3 * SIDE_PX))];
    bytes[i] = x > 40 && x < 90 && y > 20 && y < 60 ? 230 : (bytes[i] ?? 0) >> 2;
  }
  for (let i = 2 * size; i < bytes.length; i++) bytes[i] = 40 + 25 * (Math.floor(i / 31) % 8);
  return bytes;
}

async function detect(built: BuiltModel, bytes = pictures(), more: Record<string, 'float32' | 'int64'> = {}) {
  const count = bytes.length / (SIDE_PX * SIDE_PX * 3);
  const input = { patches: bytesTensor(bytes, [count, SIDE_PX, SIDE_PX, 3]) };
  return await runTensors(built.model, input, { detections: 'float32', ...more });
}

function rows({ data, dims }: Values): number[][] {
  const width = dims.at(-1) ?? 1;
  return Array.from({ length: data.length / width }, (_, i) => data.slice(i * width, (i + 1) * width));
}

const boxOf = (row: readonly number[], start: number): Box => [
  row[start] ?? Number.NaN,
  row[start + 1] ?? Number.NaN,
  row[start + 2] ?? Number.NaN,
  row[start + 3] ?? Number.NaN,
];

const shortestSide = (box: Box) => Math.min(box[2] - box[0], box[3] - box[1]);

describe('the size of Faster R-CNN', () => {
  it('is torchvision’s 41,755,286 with 50 layers and 91 classes, since it counts none of the backbone’s normalisation, 53,120 here', () => {
    const architecture = ARCHITECTURES['faster-rcnn-resnet-50-fpn'];
    const { counts, model } = architecture?.({ classes: 90, inputSizePx: 224 }) ?? build();
    // torchvision freezes the backbone's normalisation: gamma and beta are buffers there and parameters here.
    const normalisation = (model.graph?.initializer ?? [])
      .filter(({ name }) => /\.bn\.(gamma|beta)$/.test(name))
      .reduce((sum, { dims }) => sum + Number(dims[0]), 0);
    expect(normalisation).toBe(53_120);
    expect(counts.trainableParameters - normalisation).toBe(41_755_286);
    expect(countParameters(model)).toBe(counts.trainableParameters);
  });
});

describe('anchors', () => {
  it('of 32 px are ±(23, 11), ±(16, 16) and ±(11, 23) about the first cell, as torchvision’s', () => {
    expect(Array.from(levelAnchors(32, 64, 1))).toEqual([0, 0, 46, 22, 0, 0, 32, 32, 0, 0, 22, 46]);
  });

  it('lie 57 px apart on a level of 5 cells over 288 px, rows before columns', () => {
    const anchors = levelAnchors(32, 288, 5);
    expect(anchors).toHaveLength(5 * 5 * 3 * 4);
    expect(Array.from(anchors.subarray(12, 14))).toEqual([57, 0]);
    expect(Array.from(anchors.subarray(60, 62))).toEqual([0, 57]);
  });
});

describe('regions', () => {
  it('of 111.9, 112.1, 223.9, 224.1, 447.9 and 448.1 px and of 1 px come from the levels 2, 3, 3, 4, 4, 5 and 2', async () => {
    const sides = [111.9, 112.1, 223.9, 224.1, 447.9, 448.1, 1];
    const g = new GraphBuilder({ name: 'pooling', seed: 1 });
    const patch = 512;
    // The map of level k is k everywhere, so what is pooled tells where it came from.
    const level = (k: number): Tensor => {
      const side = patch / 2 ** k;
      return g.weights(`p${k}`, [1, 1, side, side], new Float32Array(side * side).fill(k), 'constant');
    };
    const boxes = g.input('boxes', 'float32', [{ name: 'regions', most: 9 }, 4]);
    const slots = g.input('slots', 'float32', [{ name: 'regions', most: 9 }, 2]);
    const p5 = level(5);
    const pyramid = { p2: level(2), p3: level(3), p4: level(4), p5, pool: p5 };
    const whole = cast(g, 'whole', slots, 'int64');
    const pooled = poolRegions(g, pyramid, { boxes, slots: whole }, patch);
    g.output(pooled.features);
    const inputs = {
      boxes: floatTensor(
        sides.flatMap((side) => [2, 3, 2 + side * 0.9, 3 + side / 0.9]),
        [sides.length, 4],
      ),
      slots: floatTensor(
        sides.flatMap((_, i) => [0, i]),
        [sides.length, 2],
      ),
    };
    const run = await runTensors(g.build(), inputs, { roi_features: 'float32', 'regions.pooled_slots': 'int64' });
    const features = run('roi_features');
    expect(features.dims).toEqual([7, 1, 7, 7]);
    const levels = new Map(rows(run('regions.pooled_slots')).map((slot, i) => [slot[1], features.data[i * 49]]));
    expect(sides.map((_, i) => levels.get(i))).toEqual([2, 3, 3, 4, 4, 5, 2]);
  });
});

describe('the detections of 3 patches', () => {
  it('come image by image and best first, lie within 128 px, score over 0.3, and overlap by at most 0.3 within a class', async () => {
    const { data, dims } = (await detect(build()))('detections');
    const found = rows({ data, dims });
    expect(dims[1]).toBe(7);
    expect(new Set(found.map((row) => row[0]))).toEqual(new Set([0, 1, 2]));
    expect(new Set(found.map((row) => row[6]))).toEqual(new Set([0, 1, 2]));
    for (const [i, row] of found.entries()) {
      const [x0, y0, x1, y1] = boxOf(row, 1);
      expect(Math.min(x0, y0, x1 - x0, y1 - y0)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x1, y1)).toBeLessThanOrEqual(SIDE_PX);
      expect(row[5]).toBeGreaterThan(0.3);
      const next = found[i + 1];
      if (next === undefined) continue;
      expect(next[0]).toBeGreaterThanOrEqual(row[0] ?? Number.NaN);
      if (next[0] === row[0]) expect(next[5]).toBeLessThanOrEqual(row[5] ?? Number.NaN);
    }
    expect(largestOverlap(found, true)).toBeLessThanOrEqual(0.3);
    expect(largestOverlap(found, false)).toBeGreaterThan(0.3);
  });

  it('overlap by at most 0.3 whatever their class when classes exclude one another', async () => {
    const found = rows((await detect(build({ exclusive: true })))('detections'));
    expect(found.length).toBeGreaterThan(6);
    expect(largestOverlap(found, false)).toBeLessThanOrEqual(0.3);
  });

  it('are the 4 best of each patch when only 4 are wanted', async () => {
    const all = rows((await detect(build()))('detections'));
    const four = rows((await detect(build({ maxDetections: 4 })))('detections'));
    expect(four).toEqual([0, 1, 2].flatMap((image) => all.filter((row) => row[0] === image).slice(0, 4)));
  });

  it('are the same for a patch alone as in a batch of 3', async () => {
    const all = rows((await detect(build()))('detections')).filter((row) => row[0] === 0);
    expect(rows((await detect(build(), pictures(1)))('detections'))).toEqual(all);
  });

  it('are [0, 7] when no score is high enough, and when every region has shrunk to nothing', async () => {
    expect((await detect(build({ scoreThreshold: 1 })))('detections').dims).toEqual([0, 7]);
    const shrunk = build();
    changeInitializer(shrunk.model, 'rpn.deltas.bias', () => -1000);
    const run = await detect(shrunk, pictures(), { roi_features: 'float32' });
    expect(run('roi_features').dims).toEqual([0, 8, 7, 7]);
    expect(run('detections').dims).toEqual([0, 7]);
  });
});

describe('the graph beside plain arithmetic on its own tensors', () => {
  it('proposes the 40 best regions of each patch of 60 anchors a level after suppression at 0.7, within 0.001 px', async () => {
    const wanted = Object.fromEntries(
      LEVELS.flatMap((l) => [`rpn.objectness.${l}`, `rpn.deltas.${l}`].map((n) => [n, 'float32' as const])),
    );
    const run = await detect(build(), pictures(), { ...wanted, regions: 'float32', 'proposals.best.slots': 'int64' });
    const slots = rows(run('proposals.best.slots'));
    const regions = rows(run('regions'));
    for (const image of [0, 1, 2]) {
      const candidates = LEVELS.flatMap((level, group) => {
        const map = { objectness: run(`rpn.objectness.${level}`), deltas: run(`rpn.deltas.${level}`) };
        return decodedAnchors(map, image, group)
          .sort((a, b) => b.score - a.score)
          .slice(0, TINY.preNms);
      });
      const expected = suppressed(
        candidates.filter(({ box }) => shortestSide(box) >= 1e-3),
        0.7,
      ).slice(0, TINY.postNms);
      const given = regions.filter((_, i) => slots[i]?.[0] === image).map((row) => boxOf(row, 0));
      expect(given).toHaveLength(expected.length);
      for (const [i, box] of given.entries()) expectSameBox(box, expected[i]?.box);
    }
  });

  it.each([false, true])(
    'settles on the same boxes within 0.001 px, scores within 1e-5 and classes, with exclusive classes: %s',
    async (exclusive) => {
      const wanted = {
        'regions.pooled': 'float32',
        'regions.pooled_slots': 'int64',
        box_logits: 'float32',
        box_deltas: 'float32',
      } as const;
      const run = await detect(build({ exclusive }), pictures(), wanted);
      const regions = rows(run('regions.pooled'));
      const slots = rows(run('regions.pooled_slots'));
      const logits = rows(run('box_logits'));
      const deltas = rows(run('box_deltas'));
      const expected = [0, 1, 2].flatMap((image) => {
        const candidates = regions.flatMap((region, i) => {
          if (slots[i]?.[0] !== image) return [];
          return probabilities(logits[i] ?? [])
            .slice(1)
            .flatMap((score, c) => {
              const own = (deltas[i] ?? []).slice(4 * (c + 1), 4 * (c + 2));
              const box = decodeBox(boxOf(region, 0), own, [10, 10, 5, 5], SIDE_PX);
              return score > TINY.scoreThreshold && shortestSide(box) >= 1e-2
                ? [{ box, score, group: exclusive ? 0 : c, class: c, image }]
                : [];
            });
        });
        return suppressed(candidates, TINY.nmsIou).slice(0, TINY.maxDetections);
      });
      const found = rows(run('detections'));
      expect(found.length).toBeGreaterThan(6);
      expect(found.map((row) => [row[0], row[6]])).toEqual(expected.map((one) => [one.image, one.class]));
      for (const [i, row] of found.entries()) {
        expectSameBox(boxOf(row, 1), expected[i]?.box);
        expect(Math.abs((row[5] ?? Number.NaN) - (expected[i]?.score ?? Number.NaN))).toBeLessThan(1e-5);
      }
    },
  );
});

describe('the options of Faster R-CNN', () => {
  it.each([
    ['patches of 100 px', { inputSizePx: 100 }],
    ['no class', { classes: 0 }],
    ['4 anchor sizes', { anchorSizesPx: [8, 16, 32, 64] }],
    ['a threshold of 1.5', { scoreThreshold: 1.5 }],
    ['an average of 4', { averageFactor: 4 }],
  ])('refuse %s', (_, options) => {
    expect(() => build(options)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });

  it('give the same weights for the same seed', () => {
    const [a, b, c] = [build(), build({ maxDetections: 3 }), build({ seed: 5 })].map(({ model }) =>
      initializer(model, 'rpn.conv.weight'),
    );
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});

/** Every anchor of one level and image, moved by its deltas; channels are anchor by anchor. */
function decodedAnchors(map: { objectness: Values; deltas: Values }, image: number, group: number): Scored[] {
  const side = map.objectness.dims[2] ?? 0;
  const area = side * side;
  const step = Math.floor(SIDE_PX / side);
  return Array.from({ length: area }, (_, cell) =>
    anchorsAt(TINY.anchorSizesPx[group] ?? Number.NaN, (cell % side) * step, Math.floor(cell / side) * step).map(
      (anchor, a) => {
        const deltas = [0, 1, 2, 3].map((k) => map.deltas.data[(image * 12 + 4 * a + k) * area + cell] ?? Number.NaN);
        const score = map.objectness.data[(image * 3 + a) * area + cell] ?? Number.NaN;
        return { box: decodeBox(anchor, deltas, [1, 1, 1, 1], SIDE_PX), score, group };
      },
    ),
  ).flat();
}

function largestOverlap(found: readonly number[][], withinClass: boolean): number {
  let largest = 0;
  for (const [i, a] of found.entries())
    for (const b of found.slice(i + 1))
      if (a[0] === b[0] && (!withinClass || a[6] === b[6]))
        largest = Math.max(largest, overlap(boxOf(a, 1), boxOf(b, 1)));
  return largest;
}

function expectSameBox(found: Box, expected: Box | undefined): void {
  for (const i of [0, 1, 2, 3] as const) expect(Math.abs(found[i] - (expected?.[i] ?? Number.NaN))).toBeLessThan(1e-3);
}
