import { describe, expect, it } from 'vitest';
import type { ArchitectureOptions } from '../../../packages/models/src/architectures/architecture.ts';
import { inceptionV3 } from '../../../packages/models/src/architectures/inception-v3.ts';
import { countParameters } from '../../../packages/models/src/bundle/count-parameters.ts';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { runGraph } from './run-graph.ts';
import { patches } from './small-classifier.ts';

const METASTASIS: ArchitectureOptions = {
  classes: 2,
  width: 0.1,
  minChannels: 16,
  inputSizePx: 299,
  averageFactor: 4,
  seed: 1,
};

describe('Inception V3', () => {
  it('has 23,834,568 trainable parameters and 5.7 G multiply-adds at full width, 1000 classes and 299 px', () => {
    const { counts, model } = inceptionV3({ ...METASTASIS, classes: 1000, width: 1, averageFactor: 1 });
    expect(counts.trainableParameters).toBe(23_834_568);
    expect(countParameters(model)).toBe(23_834_568);
    expect(Math.abs(counts.multiplyAdds / 5.7e9 - 1)).toBeLessThan(0.01);
    // Keras counts moving statistics too: 23,851,784 with one beta and no gamma per channel, so 17,216 channels.
    expect(counts.statistics).toBe(2 * 17_216);
  });

  it('has 297,178 parameters at width 0.1 with at least 16 channels and 2 classes', () => {
    const { counts, model } = inceptionV3(METASTASIS);
    expect(counts.trainableParameters).toBe(297_178);
    expect(countParameters(model)).toBe(297_178);
  });

  it('names 94 convolutions and their normalisations as a trainer looks for them', () => {
    const { model } = inceptionV3(METASTASIS);
    const names = model.graph?.initializer.map((t) => t.name) ?? [];
    expect(names.filter((name) => name.endsWith('.conv.weight'))).toHaveLength(94);
    for (const what of ['gamma', 'beta', 'mean', 'var'])
      expect(names.filter((name) => name.endsWith(`.bn.${what}`))).toHaveLength(94);
    expect(names).toEqual(expect.arrayContaining(['mixed5b.branch1x1.conv.weight', 'fc.weight', 'fc.bias']));
    const outputs = model.graph?.node.flatMap((node) => node.output) ?? [];
    expect(outputs).toEqual(expect.arrayContaining(['features_in', 'logits', 'probabilities']));
  });

  it('gives 3 patches 3 different pairs of probabilities that sum to 1', async () => {
    const { data, dims } = await runGraph(
      encodeModel(inceptionV3(METASTASIS).model),
      patches(3, 299),
      [3, 299, 299, 3],
    );
    expect(dims).toEqual([3, 2]);
    for (const i of [0, 2, 4]) expect((data[i] ?? 0) + (data[i + 1] ?? 0)).toBeCloseTo(1, 5);
    expect(new Set(data).size).toBe(6);
  });

  it('is refused for images under 75 px behind the door, for width 0 and for 1 class', () => {
    const invalid = expect.objectContaining({ code: 'ARGUMENT_INVALID' });
    expect(() => inceptionV3({ ...METASTASIS, inputSizePx: 74, averageFactor: 1 })).toThrow(invalid);
    expect(() => inceptionV3({ ...METASTASIS, width: 0 })).toThrow(invalid);
    expect(() => inceptionV3({ ...METASTASIS, classes: 1 })).toThrow(invalid);
    expect(() => inceptionV3({ ...METASTASIS, inputSizePx: 75, averageFactor: 1 })).not.toThrow();
  });
});
