import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../packages/models/src/architectures/index.ts';
import { countParameters } from '../../../packages/models/src/bundle/count-parameters.ts';
import { bytesTensor, runTensors } from './run-tensors.ts';
import { patches } from './small-classifier.ts';

function build(name: string, options: object) {
  const architecture = ARCHITECTURES[name];
  if (architecture === undefined) throw new Error(name);
  return architecture(options);
}

describe('ResNet', () => {
  it.each([
    ['resnet-18', 11_689_512, 1.814, 20],
    ['resnet-50', 25_557_032, 4.089, 53],
  ])(
    '%s has %i parameters with 1000 classes, %d G multiply-adds at 224 px, and %i convolutions',
    (name, parameters, giga, convolutions) => {
      const { counts, model } = build(name, { classes: 1000, inputSizePx: 224 });
      expect(counts.trainableParameters).toBe(parameters);
      expect(countParameters(model)).toBe(parameters);
      expect(counts.multiplyAdds / 1e9).toBeCloseTo(giga, 3);
      const names = model.graph?.initializer.map((tensor) => tensor.name) ?? [];
      for (const what of ['conv.weight', 'bn.gamma', 'bn.beta', 'bn.mean', 'bn.var'])
        expect(names.filter((n) => n.endsWith(`.${what}`))).toHaveLength(convolutions);
    },
  );

  it.each(['resnet-18', 'resnet-50'])(
    '%s of an eighth of the width gives 3 patches of 299 px behind a 4×4 average 6 different logits, and pairs that sum to 1',
    async (name) => {
      const { model } = build(name, { classes: 2, width: 1 / 8, minChannels: 8, inputSizePx: 299, averageFactor: 4 });
      const image = bytesTensor(patches(3, 299), [3, 299, 299, 3]);
      const run = await runTensors(model, { patches: image }, { logits: 'float32', probabilities: 'float32' });
      const { data, dims } = run('probabilities');
      expect(dims).toEqual([3, 2]);
      for (const i of [0, 2, 4]) expect((data[i] ?? 0) + (data[i + 1] ?? 0)).toBeCloseTo(1, 5);
      expect(new Set(run('logits').data).size).toBe(6);
    },
  );

  it.each([
    ['an option that there is not', { classes: 2, inputSizePx: 224, widht: 1 }],
    ['1 class', { classes: 1, inputSizePx: 224 }],
    ['no size', { classes: 2 }],
    ['width 0', { classes: 2, inputSizePx: 224, width: 0 }],
    ['an average of 3', { classes: 2, inputSizePx: 224, averageFactor: 3 }],
  ])('is refused for %s', (_, options) => {
    expect(() => build('resnet-18', options)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
