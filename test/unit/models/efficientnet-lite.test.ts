import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../packages/models/src/architectures/index.ts';
import { countParameters } from '../../../packages/models/src/bundle/count-parameters.ts';
import { bytesTensor, runTensors } from './run-tensors.ts';
import { patches } from './small-classifier.ts';

function build(options: object) {
  const architecture = ARCHITECTURES['efficientnet-lite0'];
  if (architecture === undefined) throw new Error('it is not listed');
  return architecture(options);
}

describe('EfficientNet-Lite0', () => {
  it('has the parameters and, at 224 px, the multiply-adds that its publishers state', () => {
    const { counts, model } = build({ classes: 1000, inputSizePx: 224 });
    // Google's table: 4.652 M parameters, 407 M multiply-adds, batch normalisation folded into the latter.
    expect(counts.trainableParameters).toBe(4_652_008);
    expect(countParameters(model)).toBe(4_652_008);
    expect(counts.multiplyAdds / 1e6).toBeGreaterThan(380);
    expect(counts.multiplyAdds / 1e6).toBeLessThan(407);
    const names = model.graph?.initializer.map((tensor) => tensor.name) ?? [];
    expect(names.filter((name) => name.endsWith('.conv.weight'))).toHaveLength(1 + 16 + 15 + 16 + 1);
  });

  it('pads as TensorFlow does: by one side more than the other where the stride is 2', () => {
    const nodes = build({ classes: 2, inputSizePx: 224 }).model.graph?.node ?? [];
    const padsOf = (name: string) =>
      nodes
        .find((node) => node.name === name)
        ?.attribute.find((attribute) => attribute.name === 'pads')
        ?.ints.map(Number);
    expect(padsOf('stem.conv')).toEqual([0, 0, 1, 1]);
    expect(padsOf('stage2.block1.depthwise.conv')).toEqual([0, 0, 1, 1]);
    expect(padsOf('stage3.block1.depthwise.conv')).toEqual([1, 1, 2, 2]);
    expect(padsOf('stage3.block2.depthwise.conv')).toEqual([2, 2, 2, 2]);
    expect(padsOf('stage1.block1.expand.conv')).toBeUndefined();
  });

  it('tells patches of 299 px apart behind a 4×4 average and an enlargement by 2', async () => {
    const { model } = build({
      classes: 2,
      inputSizePx: 299,
      averageFactor: 4,
      enlarge: 2,
      width: 1 / 4,
      minChannels: 8,
    });
    const image = bytesTensor(patches(3, 299), [3, 299, 299, 3]);
    const run = await runTensors(
      model,
      { patches: image },
      { logits: 'float32', probabilities: 'float32', enlarged: 'float32' },
    );
    expect(run('enlarged').dims).toEqual([3, 3, 150, 150]);
    const { data, dims } = run('probabilities');
    expect(dims).toEqual([3, 2]);
    for (const i of [0, 2, 4]) expect((data[i] ?? 0) + (data[i + 1] ?? 0)).toBeCloseTo(1, 5);
    expect(new Set(run('logits').data).size).toBe(6);
  });

  it('enlarges between the centres of pixels, and goes on with the outermost beyond them', async () => {
    const { model } = build({ classes: 2, inputSizePx: 75, enlarge: 2, width: 1 / 8, minChannels: 8 });
    const bytes = patches(1, 75);
    const run = await runTensors(model, { patches: bytesTensor(bytes, [1, 75, 75, 3]) }, { enlarged: 'float32' });
    const { data } = run('enlarged');
    const red = (x: number, y: number): number => {
      const within = (v: number) => Math.min(74, Math.max(0, v));
      return (bytes[(within(y) * 75 + within(x)) * 3] as number) / 127.5 - 1;
    };
    for (const [x, y] of [
      [0, 0],
      [149, 149],
      [7, 12],
      [80, 3],
    ] as const) {
      const [fx, fy] = [(x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5];
      const [x0, y0] = [Math.floor(fx), Math.floor(fy)];
      const [ax, ay] = [fx - x0, fy - y0];
      const wanted =
        (1 - ay) * ((1 - ax) * red(x0, y0) + ax * red(x0 + 1, y0)) +
        ay * ((1 - ax) * red(x0, y0 + 1) + ax * red(x0 + 1, y0 + 1));
      expect(data[y * 150 + x]).toBeCloseTo(wanted, 5);
    }
  });

  it('is refused for an enlargement of 3', () => {
    expect(() => build({ classes: 2, inputSizePx: 75, enlarge: 3 })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});
