import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportDetails, ImportOutcome } from '@gigascope/contracts';
import { createOrtEngine, importModel, loadBundle } from '@gigascope/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImageDoor } from '../../../../packages/models/src/import/image-door.ts';
import { normalisationOf } from '../../../../packages/models/src/import/normalisation.ts';
import { renameValues } from '../../../../packages/models/src/import/rename-values.ts';
import { type ModelProto, TensorProto_DataType } from '../../../../packages/models/src/onnx/generated/onnx-ml_pb.js';
import { encodeModel } from '../../../../packages/models/src/onnx/model-file.ts';
import { runGraph } from '../run-graph.ts';
import { patches } from '../small-classifier.ts';
import {
  binary,
  kerasLike,
  openSizes,
  SIDE,
  segmentationLike,
  takingType,
  timmLike,
  torchvisionLike,
  withOpset,
} from './foreign-models.ts';

const DETAILS: ImportDetails = { name: 'foreign', mpp: 0.5, organ: 'breast', stain: 'H&E', licence: 'MIT' };
const TWO: ImportDetails = { ...DETAILS, classes: ['normal', 'tumour'], positive: 'tumour' };
const THREE: ImportDetails = { ...DETAILS, classes: ['a', 'b', 'c'], positive: 'c' };
const COUNT = 4;

let root: string;
let files = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'import-'));
});
afterAll(() => rm(root, { recursive: true }));

async function write(model: ModelProto, folder = join(root, `source-${files++}`)): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), encodeModel(model));
  return folder;
}

async function bring(model: ModelProto, details: ImportDetails): Promise<ImportOutcome> {
  return await importModel(await write(model), details, { modelsFolder: root, replace: true });
}

/** What the imported bundle, loaded from disk, makes of patches of the given side: one row a patch. */
async function answers(sidePx = SIDE): Promise<number[][]> {
  const [stage] = (await loadBundle(join(root, 'foreign'))).stages;
  await using engine = await createOrtEngine({ ...stage, batchSize: COUNT });
  const { answers: rows } = await engine.infer({ data: patches(COUNT, sidePx), count: COUNT });
  return rows.map((row) => [...row]);
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Patches as their model wants them, made one number at a time in double precision. */
function feed(order: 'NCHW' | 'NHWC', change: (byte: number, channel: number) => number, flip = false): Float32Array {
  const bytes = patches(COUNT, SIDE);
  const result = new Float32Array(bytes.length);
  const area = SIDE * SIDE;
  for (let n = 0; n < COUNT; n++)
    for (let pixel = 0; pixel < area; pixel++)
      for (let c = 0; c < 3; c++) {
        const byte = bytes[(n * area + pixel) * 3 + (flip ? 2 - c : c)] as number;
        result[order === 'NCHW' ? (n * 3 + c) * area + pixel : (n * area + pixel) * 3 + c] = change(byte, c);
      }
  return result;
}

/** The model itself, as it was before it was imported. */
async function original(model: ModelProto, data: Float32Array, order: 'NCHW' | 'NHWC'): Promise<number[]> {
  const dims = order === 'NCHW' ? [3, SIDE, SIDE] : [SIDE, SIDE, 3];
  const each: number[] = [];
  for (let n = 0; n < COUNT; n++) {
    const size = data.length / COUNT;
    each.push(...(await runGraph(encodeModel(model), data.slice(n * size, (n + 1) * size), [1, ...dims])).data);
  }
  return each;
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

const rowsOf = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
const farthest = (found: number[][], expected: number[][]): number =>
  Math.max(...found.flatMap((row, i) => row.map((value, k) => Math.abs(value - (expected[i]?.[k] ?? Number.NaN)))));
/** How much the answers differ between patches: a test on answers that are all alike would show nothing. */
const spread = (rows: number[][]): number =>
  Math.max(...rows.map((r) => r[0] ?? 0)) - Math.min(...rows.map((r) => r[0] ?? 0));

describe('a classifier made elsewhere', () => {
  it.each([7, 9, 13, 17, 20, 26])(
    'as torchvision exports it in operator set %d gives within 1e-5 the softmax of its own logits on ImageNet-normalised patches',
    async (opset) => {
      const outcome = await bring(withOpset(torchvisionLike(), opset), { ...TWO, normalisation: 'imagenet' });
      expect(outcome).toMatchObject({
        state: 'imported',
        found: ['Takes float32 NCHW images of 32 × 32 px as input.1', 'Gives logits of 2 classes as output'],
        manifest: { task: 'classify', patchSizePx: 32, stridePx: 32, nmsRadiusUm: 16, positiveClass: 'tumour' },
      });
      const data = feed('NCHW', (b, c) => (b / 255 - (IMAGENET.mean[c] ?? 0)) / (IMAGENET.std[c] ?? 1));
      const expected = rowsOf(await original(torchvisionLike(), data, 'NCHW'), 2).map(softmax);
      expect(spread(expected)).toBeGreaterThan(0.01);
      expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
    },
  );

  it('as Keras has it, NHWC from −1 to 1 with its own softmax, gives its own 3 probabilities', async () => {
    const outcome = await bring(kerasLike(), { ...THREE, normalisation: 'signed' });
    expect(outcome.found).toEqual([
      'Takes float32 NHWC images of 32 × 32 px as keras_tensor',
      'Gives probabilities of 3 classes as dense',
    ]);
    const expected = rowsOf(
      await original(
        kerasLike(),
        feed('NHWC', (b) => b / 127.5 - 1),
        'NHWC',
      ),
      3,
    );
    expect(spread(expected)).toBeGreaterThan(0.01);
    expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
  });

  it('as timm exports it for one image at a time takes 4 at once, and says so', async () => {
    const outcome = await bring(timmLike(), { ...THREE, normalisation: 'unit' });
    expect(outcome.found[0]).toBe(
      'Takes float32 NCHW images of 32 × 32 px as x, exported for 1 at a time and opened to any number',
    );
    const expected = rowsOf(
      await original(
        timmLike(),
        feed('NCHW', (b) => b / 255),
        'NCHW',
      ),
      3,
    ).map(softmax);
    expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
  });

  it('of BGR bytes less their means, as Caffe’s, sees blue first', async () => {
    const mean: [number, number, number] = [103.939, 116.779, 123.68];
    await bring(torchvisionLike(), { ...TWO, colour: 'BGR', scale: 'none', mean });
    const data = feed('NCHW', (b, c) => b - (mean[c] ?? 0), true);
    const expected = rowsOf(await original(torchvisionLike(), data, 'NCHW'), 2).map(softmax);
    expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
    const { manifest } = await loadBundle(join(root, 'foreign'));
    expect(manifest).toMatchObject({
      input: { normalisation: expect.stringMatching(/^BGR, bytes as they are, less mean 103\.939/) },
    });
  });

  it.each(['logit', 'sigmoid'] as const)('with one output, a %s, becomes two classes that sum to 1', async (ends) => {
    const outcome = await bring(binary(ends), { ...DETAILS, classes: ['tumour'], normalisation: 'unit' });
    expect(outcome).toMatchObject({ manifest: { classes: ['not tumour', 'tumour'], positiveClass: 'tumour' } });
    const p = await original(
      binary('sigmoid'),
      feed('NCHW', (b) => b / 255),
      'NCHW',
    );
    const expected = p.map((value) => [1 - value, value]);
    expect(spread(expected)).toBeGreaterThan(0.01);
    expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
  });

  it.each([
    ['float16', TensorProto_DataType.FLOAT16, 2e-3],
    ['float64', TensorProto_DataType.DOUBLE, 1e-5],
  ])('of %s gives what it gives of float32, to its own precision', async (name, type, precision) => {
    const outcome = await bring(takingType(torchvisionLike(), type), { ...TWO, normalisation: 'signed' });
    expect(outcome.found[0]).toBe(`Takes ${name} NCHW images of 32 × 32 px as input.1`);
    const expected = rowsOf(
      await original(
        torchvisionLike(),
        feed('NCHW', (b) => b / 127.5 - 1),
        'NCHW',
      ),
      2,
    ).map(softmax);
    expect(farthest(await answers(), expected)).toBeLessThan(precision);
  });

  it('whose names are those that the wrapping uses is imported all the same', async () => {
    const model = torchvisionLike();
    const names = new Map([
      ['output', 'patches'],
      ['relu_0', 'probabilities'],
      ['conv_0', 'door.image'],
      ['input.1', 'answer.raw'],
    ]);
    const rename = (name: string) => names.get(name) ?? name;
    if (model.graph === undefined) throw new Error('no graph');
    renameValues(model.graph, rename);
    for (const node of model.graph.node) node.name = rename(node.name);
    await bring(model, { ...TWO, normalisation: 'unit' });
    const expected = rowsOf(
      await original(
        torchvisionLike(),
        feed('NCHW', (b) => b / 255),
        'NCHW',
      ),
      2,
    ).map(softmax);
    expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
  });

  it('of bytes needs no normalisation', async () => {
    const outcome = await bring(kerasLike('uint8'), THREE);
    expect(outcome).toMatchObject({ state: 'imported', manifest: { input: { normalisation: 'bytes as they are' } } });
    const expected = rowsOf(
      await original(
        kerasLike(),
        feed('NHWC', (b) => b),
        'NHWC',
      ),
      3,
    );
    expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
  });
});

describe('a segmenting model made elsewhere', () => {
  const SEGMENT: ImportDetails = { ...DETAILS, normalisation: 'unit' };

  it('as large as its image gives each pixel the softmax of its own 3 logits, in the old operator set 9 too', async () => {
    for (const opset of [9, 17]) {
      const outcome = await bring(withOpset(segmentationLike(3), opset), { ...SEGMENT, classes: ['none', 'a', 'b'] });
      expect(outcome).toMatchObject({
        found: [expect.anything(), 'Gives logits of 3 classes for each of 32 × 32 pixels as mask'],
        manifest: { task: 'segment', outputSizePx: 32, stridePx: 24, merge: 'blend', objects: false },
      });
      const logits = await original(
        segmentationLike(3),
        feed('NCHW', (b) => b / 255),
        'NCHW',
      );
      const area = SIDE * SIDE;
      const expected = rowsOf(logits, 3 * area).map((patch) => {
        const pixels = Array.from({ length: area }, (_, i) => softmax([0, 1, 2].map((c) => patch[c * area + i] ?? 0)));
        return [0, 1, 2].flatMap((c) => pixels.map((pixel) => pixel[c] ?? 0));
      });
      expect(farthest(await answers(), expected)).toBeLessThan(1e-5);
    }
  });

  it('of one logit at a quarter of the size is enlarged to 32 px, whose mean stays that of the 64 logits’ probabilities', async () => {
    const outcome = await bring(segmentationLike(1, 4), { ...SEGMENT, classes: ['nucleus'], objects: true });
    expect(outcome).toMatchObject({
      manifest: { classes: ['background', 'nucleus'], outputSizePx: 32, objects: true },
    });
    const [first = []] = await answers();
    expect(first).toHaveLength(2 * SIDE * SIDE);
    const logits = (
      await original(
        segmentationLike(1, 4),
        feed('NCHW', (b) => b / 255),
        'NCHW',
      )
    ).slice(0, 64);
    // The middle four of a square of 4 × 4 are nearest to its logit: between neighbours 1 and −1 shares are 1/8 to 7/8.
    const at = (x: number, y: number) => first[SIDE * SIDE + y * SIDE + x] ?? Number.NaN;
    const bilinear = (x: number, y: number): number => {
      const side = 8;
      const place = (v: number) => (v + 0.5) / 4 - 0.5;
      const value = (col: number, row: number) =>
        logits[Math.min(Math.max(row, 0), side - 1) * side + Math.min(Math.max(col, 0), side - 1)] ?? 0;
      const [px, py] = [place(x), place(y)];
      const [cx, cy] = [Math.floor(px), Math.floor(py)];
      const [fx, fy] = [px - cx, py - cy];
      const top = value(cx, cy) * (1 - fx) + value(cx + 1, cy) * fx;
      const bottom = value(cx, cy + 1) * (1 - fx) + value(cx + 1, cy + 1) * fx;
      return top * (1 - fy) + bottom * fy;
    };
    for (const [x, y] of [
      [5, 9],
      [0, 0],
      [31, 17],
      [14, 30],
    ] as const)
      expect(at(x, y)).toBeCloseTo(1 / (1 + Math.exp(-bilinear(x, y))), 5);
  });
});

describe('a patch of another size than the model’s', () => {
  it('of 7 px becomes 4 px exactly as Pillow resizes it', async () => {
    const bytes = Uint8Array.from({ length: 147 }, (_, i) => {
      const [c, col, row] = [i % 3, Math.floor(i / 3) % 7, Math.floor(i / 21)];
      return (37 * col * col + 91 * row + 53 * c * col + 17 * row * row) % 256;
    });
    const door = buildImageDoor({
      patchSizePx: 7,
      sidePx: 4,
      layout: 'NCHW',
      type: 1,
      colour: 'RGB',
      normalisation: normalisationOf({ normalisation: 'none' }),
    });
    const { data, dims } = await runGraph(encodeModel(door), bytes, [1, 7, 7, 3]);
    expect(dims).toEqual([1, 3, 4, 4]);
    // Pillow 13.0: Image.fromarray(…).resize((4, 4), Image.BILINEAR), one colour after the other.
    expect(data).toEqual([
      ...[70, 95, 119, 97, 153, 108, 136, 112, 145, 107, 177, 123, 135, 97, 167, 113],
      ...[98, 174, 111, 132, 150, 169, 125, 109, 142, 131, 129, 120, 162, 135, 119, 147],
      ...[118, 168, 170, 115, 168, 116, 161, 122, 110, 121, 96, 57, 128, 176, 102, 47],
    ]);
  });

  it('is refused as ARGUMENT_INVALID unless it is to be resized, and then is in the card’s words', async () => {
    const details = { ...TWO, normalisation: 'imagenet', patchSizePx: 48 } as const;
    await expect(bring(torchvisionLike(), details)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      detail: 'the model takes 32 px: patches of 48 px have to be resized to 32',
    });
    const outcome = await bring(withOpset(torchvisionLike(), 7), { ...details, resizePx: 32 });
    expect(outcome).toMatchObject({
      manifest: {
        patchSizePx: 48,
        input: { normalisation: expect.stringMatching(/^resized to 32 px, b \/ 255, less/) },
      },
    });
    expect(await answers(48)).toHaveLength(COUNT);
  });
});

describe('what a file leaves open', () => {
  it('is asked for all at once: 8 details of a torchvision model, and nothing is written', async () => {
    const folder = await write(torchvisionLike());
    const outcome = await importModel(folder, {}, { modelsFolder: join(root, 'none'), replace: false });
    expect(outcome).toMatchObject({ state: 'incomplete' });
    expect(outcome.state === 'incomplete' && outcome.missing.map(({ field }) => field)).toEqual([
      ...['name', 'classes', 'mpp', 'organ', 'stain', 'licence', 'positive', 'normalisation'],
    ]);
    expect(outcome.state === 'incomplete' && outcome.missing[1]?.what).toBe(
      'the names of 2 classes, in the order of its outputs',
    );
    await expect(readdir(join(root, 'none'))).rejects.toThrow('ENOENT');
  });

  it('is layout and size where the exporter named every axis, and they can be stated', async () => {
    const open = () => openSizes(torchvisionLike(), 1, 2, 3);
    const outcome = await bring(open(), TWO);
    expect(outcome.state === 'incomplete' && outcome.missing.map(({ field }) => field)).toEqual([
      ...['normalisation', 'layout', 'patchSizePx'],
    ]);
    const stated = await bring(open(), { ...TWO, normalisation: 'imagenet', layout: 'NCHW', patchSizePx: 40 });
    expect(stated).toMatchObject({ state: 'imported', manifest: { patchSizePx: 40 } });
  });
});
