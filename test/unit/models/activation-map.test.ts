import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ManifestOf } from '@gigascope/contracts';
import { activationTensors, createActivationEngine, loadBundle } from '@gigascope/models';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { ACTIVATION_MAP, withActivationMap } from '../../../packages/models/src/activation-map.ts';
import { ARCHITECTURES } from '../../../packages/models/src/architectures/index.ts';
import { decodeModel, encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { draftOf, patches } from './small-classifier.ts';

const METASTASIS = fileURLToPath(new URL('../../../models/metastasis', import.meta.url));

function manifestOf(architecture: string, sizePx: number, classes: readonly string[]): ManifestOf<'classify'> {
  const golden = { file: 'golden.rgb', expected: [0], tolerance: 1e-4 };
  return {
    ...draftOf(sizePx, classes),
    task: 'classify',
    architecture,
    parameterCount: 1,
    files: {},
    golden,
  } as ManifestOf<'classify'>;
}

/** The graph with more of its tensors as outputs, and a bias that is not zero. */
function opened(
  bytes: Uint8Array,
  names: readonly string[],
): { model: Uint8Array; bias: number[]; weights: Float32Array } {
  const model = decodeModel(bytes);
  const [info] = model.graph?.output ?? [];
  if (model.graph === undefined || info === undefined) throw new Error('no graph');
  // Without a type, which the runtime works out.
  for (const name of names) {
    const { type: _type, ...untyped } = info;
    model.graph.output.push({ ...untyped, name });
  }
  const floats = (name: string): Float32Array => {
    const raw = model.graph?.initializer.find((tensor) => tensor.name === name)?.rawData ?? new Uint8Array();
    return new Float32Array(Uint8Array.from(raw).buffer);
  };
  const bias = floats('fc.bias').map((value, i) => (value === 0 ? 0.3 * (i + 1) : value));
  const tensor = model.graph.initializer.find(({ name }) => name === 'fc.bias');
  if (tensor !== undefined) tensor.rawData = new Uint8Array(bias.buffer);
  return { model: encodeModel(model), bias: [...bias], weights: floats('fc.weight') };
}

async function run(model: Uint8Array, sizePx: number, count: number, names: readonly string[]) {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const input = new ort.Tensor('uint8', patches(count, sizePx), [count, sizePx, sizePx, 3]);
  const results = await session.run({ patches: input }, [...names]);
  await session.release();
  return names.map((name) => ({ dims: results[name]?.dims ?? [], data: results[name]?.data as Float32Array }));
}

describe('the class activation map in a graph', () => {
  it.each([
    ['inception-v3', 299, 1, 8],
    ['inception-v3', 299, 4, 1],
    ['efficientnet-lite0', 130, 1, 4],
    ['resnet-18', 130, 1, 5],
    ['resnet-50', 96, 1, 3],
  ] as const)(
    'of %s on %i px, averaged by %i, is Σ w f at each of its places, and its mean plus the bias the logit, to 1e-4',
    async (architecture, sizePx, averageFactor, side) => {
      const classes = ['a', 'b', 'c'];
      const manifest = manifestOf(architecture, sizePx, classes);
      const built = ARCHITECTURES[architecture]?.({
        classes: 3,
        width: 0.1,
        minChannels: 8,
        inputSizePx: sizePx,
        averageFactor,
        seed: 3,
      });
      if (built === undefined) throw new Error('no such architecture');
      const { features } = activationTensors(manifest);
      const { model, bias, weights } = opened(withActivationMap(encodeModel(built.model), manifest), [
        'logits',
        features,
      ]);
      const [map, logits, maps] = await run(model, sizePx, 2, [ACTIVATION_MAP, 'logits', features]);
      if (map === undefined || logits === undefined || maps === undefined) throw new Error('no output');
      const places = side * side;
      const channels = maps.dims[1] ?? 0;
      expect(map.dims).toEqual([2, 3, side, side]);
      for (let patch = 0; patch < 2; patch++)
        for (let c = 0; c < 3; c++) {
          let mean = 0;
          for (let place = 0; place < places; place++) {
            let expected = 0;
            for (let k = 0; k < channels; k++)
              expected += (weights[c * channels + k] ?? 0) * (maps.data[(patch * channels + k) * places + place] ?? 0);
            const value = map.data[(patch * 3 + c) * places + place] ?? Number.NaN;
            expect(Math.abs(value - expected)).toBeLessThan(1e-4);
            mean += value / places;
          }
          expect(Math.abs(mean + (bias[c] ?? 0) - (logits.data[patch * 3 + c] ?? Number.NaN))).toBeLessThan(1e-4);
        }
    },
  );

  it('of the shipped metastasis model explains its probabilities, whose bundle is not touched', async () => {
    const bundle = await loadBundle(METASTASIS);
    const [stage] = bundle.stages;
    if (stage.manifest.task !== 'classify') throw new Error('no classifier');
    const { bias } = opened(stage.model, []);
    await using engine = await createActivationEngine(stage, {});
    const { answers } = await engine.infer({ data: Uint8Array.from(stage.golden), count: 1 });
    // Maps of 1 × 1: 299 px behind a 4 × 4 average are 75, which five halvings leave one place of.
    const [normal = 0, tumour = 0] = [...(answers[0] ?? [])].map((value, c) => value + (bias[c] ?? 0));
    expect(answers[0]).toHaveLength(2);
    const expected = stage.manifest.golden.expected[1] ?? Number.NaN;
    expect(Math.abs(1 / (1 + Math.exp(normal - tumour)) - expected)).toBeLessThan(1e-4);
    expect((await readFile(`${METASTASIS}/model.onnx`)).equals(Buffer.from(stage.model))).toBe(true);
  });

  it('takes the tensors that a manifest states before those of its architecture', () => {
    const manifest = manifestOf('inception-v3', 75, ['a', 'b']);
    const stated = { features: 'x', weights: 'y' };
    expect(activationTensors({ ...manifest, activationMap: stated })).toEqual(stated);
    expect(activationTensors(manifest)).toEqual({ features: 'mixed7c', weights: 'fc.weight' });
  });

  it.each([
    ['an architecture that is not known', { architecture: 'their own' }],
    ['features that are not there', { activationMap: { features: 'nowhere', weights: 'fc.weight' } }],
    ['weights that are not there', { activationMap: { features: 'mixed7c', weights: 'nowhere' } }],
    ['weights of another shape', { activationMap: { features: 'mixed7c', weights: 'fc.bias' } }],
    ['another number of classes', { classes: ['a', 'b', 'c'] }],
  ])('is refused with ARGUMENT_INVALID for %s', (_what, changes) => {
    const manifest = { ...manifestOf('inception-v3', 75, ['a', 'b']), ...changes };
    const built = ARCHITECTURES['inception-v3']?.({ classes: 2, width: 0.1, minChannels: 8, inputSizePx: 75 });
    if (built === undefined) throw new Error('no such architecture');
    const bytes = encodeModel(built.model);
    expect(() => withActivationMap(bytes, manifest)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
