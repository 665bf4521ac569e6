import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportDetails } from '@gigascope/contracts';
import { importModel } from '@gigascope/models';
import * as ort from 'onnxruntime-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { int, ints } from '../../../../packages/models/src/graph/attributes.ts';
import { GraphBuilder } from '../../../../packages/models/src/graph/graph-builder.ts';
import { add, cast } from '../../../../packages/models/src/graph/ops/arithmetic.ts';
import { flatten } from '../../../../packages/models/src/graph/ops/shape.ts';
import { BATCH, type Shape } from '../../../../packages/models/src/graph/tensor.ts';
import { NEWEST_FORMAT, NEWEST_OPSET } from '../../../../packages/models/src/import/read-model.ts';
import type { ModelProto } from '../../../../packages/models/src/onnx/generated/onnx-ml_pb.js';
import { encodeModel } from '../../../../packages/models/src/onnx/model-file.ts';
import { fixBatch, SIDE, sigmoid, torchvisionLike, withOpset } from './foreign-models.ts';

const DETAILS: ImportDetails = {
  name: 'refused',
  mpp: 0.5,
  organ: 'breast',
  stain: 'H&E',
  licence: 'MIT',
  normalisation: 'unit',
  classes: ['normal', 'tumour'],
  positive: 'tumour',
};

let root: string;
let source: string;
const models = (): string => join(root, 'models');
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refusals-'));
  source = join(root, 'source');
});
afterAll(() => rm(root, { recursive: true }));
afterEach(async () => {
  await rm(source, { recursive: true, force: true });
  await rm(models(), { recursive: true, force: true });
});

async function bring(model: ModelProto | Uint8Array, details = DETAILS) {
  await mkdir(source, { recursive: true });
  const bytes = model instanceof Uint8Array ? model : encodeModel(model);
  await writeFile(join(source, 'model.onnx'), bytes);
  return await importModel(source, details, { modelsFolder: models(), replace: false });
}

function build(make: (g: GraphBuilder) => void): ModelProto {
  const g = new GraphBuilder({ name: 'refused', seed: 0 });
  make(g);
  return g.build();
}

const oneInput = (shape: Shape) => build((g) => g.output(flatten(g, 'y', g.input('x', 'float32', shape))));

describe('a model that cannot run here', () => {
  it.each<[string, RegExp, () => ModelProto | Uint8Array]>([
    ['of random bytes', /model\.onnx is no ONNX model|holds no network/, () => new Uint8Array(500).fill(0x9c)],
    ['of no bytes', /holds no network/, () => new Uint8Array()],
    ['of grey images', /\[N, 1, 32, 32\]; images have 3 channels/, () => oneInput([BATCH, 1, SIDE, SIDE])],
    ['of oblong images', /32 × 16 px; patches are square/, () => oneInput([BATCH, 3, 16, 32])],
    ['of vectors', /2 axes; a batch of images has 4/, () => oneInput([BATCH, 768])],
    [
      'of two inputs',
      /2 inputs \(a, b\)/,
      () =>
        build((g) => {
          const [a, b] = ['a', 'b'].map((name) => g.input(name, 'float32', [BATCH, 3, SIDE, SIDE]));
          if (a !== undefined && b !== undefined) g.output(flatten(g, 'y', add(g, 'sum', a, b)));
        }),
    ],
    [
      'that ends in an argmax',
      /whole numbers, as after an argmax/,
      () =>
        build((g) =>
          g.output(cast(g, 'y', flatten(g, 'flat', g.input('x', 'float32', [BATCH, 3, SIDE, SIDE])), 'int64')),
        ),
    ],
    ['of operator set 27', /operator set 27; 26 is the newest/, () => withOpset(torchvisionLike(), NEWEST_OPSET + 1)],
    ['of operator set 6', /operator set 6; 7 is the oldest/, () => withOpset(torchvisionLike(), 6)],
    [
      'of format 14',
      /ONNX format 14; 13 is the newest/,
      () => Object.assign(torchvisionLike(), { irVersion: BigInt(NEWEST_FORMAT + 1) }),
    ],
    [
      'with an operator that nobody knows',
      /the runtime says: .*Frobnicate/s,
      () => {
        const model = torchvisionLike();
        for (const node of model.graph?.node ?? []) if (node.opType === 'Relu') node.opType = 'Frobnicate';
        return model;
      },
    ],
    [
      'whose classes do not exclude each other',
      /2 outputs end in a sigmoid/,
      () => {
        const g = new GraphBuilder({ name: 'tail', seed: 0 });
        const model = torchvisionLike();
        g.output(sigmoid(g, { name: 'output', dtype: 'float32', shape: [BATCH, 2] }));
        model.graph?.node.push(...(g.build().graph?.node ?? []));
        if (model.graph !== undefined) model.graph.output = g.build().graph?.output ?? [];
        return model;
      },
    ],
    [
      'whose answer hangs on the rest of its batch',
      /depends on what else is in its batch/,
      () =>
        build((g) => {
          const x = flatten(g, 'flat', g.input('x', 'float32', [BATCH, 3, SIDE, SIDE]));
          const shape = [1, x.shape[1] ?? 0];
          const mean = { op: 'ReduceMean', name: 'mean', inputs: [x], dtype: 'float32', shape } as const;
          g.output(add(g, 'y', x, g.node({ ...mean, attributes: { axes: ints([0]) } })));
        }),
    ],
    [
      'that takes one image at a time for good',
      /takes one image at a time: export it with an open batch axis/,
      () => {
        const model = build((g) => {
          const x = flatten(g, 'flat', g.input('x', 'float32', [BATCH, 3, SIDE, SIDE]));
          const token = g.weights('token', [1, 5], new Float32Array(5), 'constant');
          const shape = [BATCH, 3 * SIDE * SIDE + 5] as const;
          g.output(
            g.node({
              op: 'Concat',
              name: 'y',
              inputs: [token, x],
              attributes: { axis: int(1) },
              dtype: 'float32',
              shape,
            }),
          );
        });
        fixBatch(model, 1);
        return model;
      },
    ],
  ])('%s is MODEL_UNSUPPORTED with the reason, and leaves nothing', async (_, detail, make) => {
    await expect(bring(make())).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      detail: expect.stringMatching(detail),
    });
    await expect(readdir(models())).rejects.toThrow('ENOENT');
  });

  it('with weights that are no numbers is MODEL_OUTPUT_INVALID', async () => {
    const model = torchvisionLike();
    const weights = model.graph?.initializer.find(({ name }) => name === 'fc.weight');
    weights?.rawData.set(new Uint8Array(Float32Array.of(Number.NaN).buffer));
    await expect(bring(model)).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_INVALID',
      detail: 'it gives NaN for a test patch',
    });
    await expect(readdir(models())).rejects.toThrow('ENOENT');
  });

  it.each(['model.pt', 'model.h5', 'weights.safetensors', 'saved_model.pb'])(
    '%s is refused with how to export it',
    async (name) => {
      await mkdir(source, { recursive: true });
      await writeFile(join(source, name), 'x');
      const refused = { code: 'MODEL_UNSUPPORTED', detail: expect.stringMatching(/is no ONNX model: .*export/) };
      const target = { modelsFolder: models(), replace: false };
      await expect(importModel(source, DETAILS, target)).rejects.toMatchObject(refused);
      await expect(importModel(join(source, name), DETAILS, target)).rejects.toMatchObject(refused);
      await expect(importModel(join(root, 'nowhere'), DETAILS, target)).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
      });
    },
  );

  it('the runtime reads operator set 26 and format 13, and not the next ones', async () => {
    const opens = async (model: ModelProto) => {
      const options = { logSeverityLevel: 3 } as const;
      return await ort.InferenceSession.create(encodeModel(model), options).then(
        async (session) => {
          await session.release();
          return true;
        },
        () => false,
      );
    };
    expect(await opens(withOpset(torchvisionLike(), NEWEST_OPSET))).toBe(true);
    expect(await opens(withOpset(torchvisionLike(), NEWEST_OPSET + 1))).toBe(false);
    for (const [format, reads] of [
      [NEWEST_FORMAT, true],
      [NEWEST_FORMAT + 1, false],
    ] as const)
      expect(await opens(Object.assign(torchvisionLike(), { irVersion: BigInt(format) }))).toBe(reads);
  });
});

describe('details that do not fit the model', () => {
  it.each<[string, Partial<ImportDetails>, string]>([
    ['3 names for 2 outputs', { classes: ['a', 'b', 'tumour'] }, '3 classes are named, and the model has 2'],
    ['1 name for 2 outputs', { classes: ['tumour'] }, '1 classes are named, and the model has 2'],
    ['the same name twice', { classes: ['tumour', 'tumour'] }, 'two classes have the same name: tumour, tumour'],
    ['a positive class that is none', { positive: 'Tumor' }, 'no class is named Tumor: they are normal, tumour'],
    ['an output that is none', { output: 'scores' }, 'no output is named scores: they are output'],
    ['a resize to what it does not take', { resizePx: 64 }, 'the model takes 32 px, not 64'],
    ['a stride that leaves gaps', { stridePx: 33 }, 'a stride of 33 px leaves gaps: at most 32'],
  ])('are ARGUMENT_INVALID with %s', async (_, change, detail) => {
    await expect(bring(torchvisionLike(), { ...DETAILS, ...change })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      detail,
    });
    await expect(readdir(models())).rejects.toThrow('ENOENT');
  });

  it('keep an installed model from being replaced unless that is said', async () => {
    expect(await bring(torchvisionLike())).toMatchObject({ state: 'imported' });
    await expect(bring(torchvisionLike())).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const again = await importModel(
      source,
      { ...DETAILS, version: '2.0.0' },
      { modelsFolder: models(), replace: true },
    );
    expect(again).toMatchObject({ state: 'imported', manifest: { version: '2.0.0' } });
    expect(await readdir(models())).toEqual(['refused']);
  });
});
