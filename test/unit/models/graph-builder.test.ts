import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { relu, softmax } from '../../../packages/models/src/graph/ops/activation.ts';
import { add, cast, mul, reduceMean, scale, sub } from '../../../packages/models/src/graph/ops/arithmetic.ts';
import { batchNormalization, conv, fixedConv } from '../../../packages/models/src/graph/ops/convolution.ts';
import { gemm } from '../../../packages/models/src/graph/ops/dense.ts';
import { averagePool, globalAveragePool, maxPool } from '../../../packages/models/src/graph/ops/pooling.ts';
import { concat, flatten, reshape, reverse, transpose } from '../../../packages/models/src/graph/ops/shape.ts';
import { BATCH, formatShape, type Tensor } from '../../../packages/models/src/graph/tensor.ts';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { runGraph } from './run-graph.ts';

const builder = () => new GraphBuilder({ name: 'test', seed: 1 });
const image = (g: GraphBuilder, channels: number, height: number, width: number): Tensor =>
  g.input('x', 'float32', [BATCH, channels, height, width]);
const ramp = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

describe('what the builder counts', () => {
  it('counts 3·8·5·7 + 8 weights and 8·6·4 · 105 multiply-adds for a 5×7 convolution with bias of 10×10 to 6×4', () => {
    const g = builder();
    const y = conv(g, 'c', image(g, 3, 10, 10), { channels: 8, kernel: [5, 7], bias: true });
    expect(formatShape(y.shape)).toBe('[N, 8, 6, 4]');
    expect(g.counts).toEqual({ trainableParameters: 848, statistics: 0, multiplyAdds: 20160 });
  });

  it('counts gamma and beta of 16 channels as 32 parameters and mean and variance apart', () => {
    const g = builder();
    batchNormalization(g, 'bn', image(g, 16, 2, 2), 1e-3);
    expect(g.counts).toEqual({ trainableParameters: 32, statistics: 32, multiplyAdds: 0 });
  });

  it('counts 2048 · 1000 + 1000 parameters for ImageNet’s last layer', () => {
    const g = builder();
    gemm(g, 'fc', g.input('x', 'float32', [BATCH, 2048]), 1000, 'logits');
    expect(g.counts).toMatchObject({ trainableParameters: 2_049_000, multiplyAdds: 2_048_000 });
  });
});

describe('what the builder refuses', () => {
  const refused: readonly [string, (g: GraphBuilder) => unknown][] = [
    ['a kernel of 5 on an image of 4', (g) => conv(g, 'c', image(g, 1, 4, 4), { channels: 1, kernel: [5, 5] })],
    ['a convolution with 0 channels', (g) => conv(g, 'c', image(g, 1, 4, 4), { channels: 0, kernel: [1, 1] })],
    [
      'a convolution of [N, 10]',
      (g) => conv(g, 'c', g.input('x', 'float32', [BATCH, 10]), { channels: 1, kernel: [1, 1] }),
    ],
    [
      'a convolution of bytes',
      (g) => conv(g, 'c', g.input('x', 'uint8', [BATCH, 1, 9, 9]), { channels: 1, kernel: [1, 1] }),
    ],
    [
      'fixed weights for 2 channels on 3',
      (g) =>
        fixedConv(g, 'c', image(g, 3, 4, 4), {
          weights: g.weights('w', [1, 2, 1, 1], new Float32Array(2), 'constant'),
          stride: [1, 1],
          padding: [0, 0, 0, 0],
        }),
    ],
    [
      'joining 4×4 and 4×5 along the channels',
      (g) => concat(g, 'j', [image(g, 1, 4, 4), g.input('y', 'float32', [BATCH, 1, 4, 5])], 1),
    ],
    [
      'joining a batch and a fixed size',
      (g) => concat(g, 'j', [g.input('a', 'float32', [BATCH, 2]), g.input('b', 'float32', [4, 2])], 0),
    ],
    [
      'adding [N, 3] and [N, 2]',
      (g) => add(g, 's', g.input('a', 'float32', [BATCH, 3]), g.input('b', 'float32', [BATCH, 2])),
    ],
    ['adding float32 and uint8', (g) => add(g, 's', g.input('a', 'float32', [BATCH]), g.input('b', 'uint8', [BATCH]))],
    ['10 elements as 3×3', (g) => reshape(g, 'r', g.input('x', 'float32', [10]), [3, 3])],
    ['a batch as a fixed size', (g) => reshape(g, 'r', g.input('x', 'float32', [BATCH, 4]), [4])],
    ['an order that names axis 1 twice', (g) => transpose(g, 't', image(g, 1, 2, 3), [0, 1, 1, 3])],
    ['turning the batch round', (g) => reverse(g, 'r', image(g, 1, 2, 3), 0)],
    ['the mean over the batch', (g) => reduceMean(g, 'm', image(g, 1, 2, 3), [0])],
    ['probabilities over the batch', (g) => softmax(g, 'p', g.input('x', 'float32', [BATCH, 2]), 0)],
    ['5 weights for [2, 3]', (g) => g.weights('w', [2, 3], new Float32Array(5))],
    ['a name that is taken', (g) => relu(g, 'x', image(g, 1, 1, 1))],
  ];
  it.each(refused)('refuses %s as ARGUMENT_INVALID', (_, make) => {
    expect(() => make(builder())).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});

describe('what the runtime makes of it', () => {
  it('infers the runtime’s own shape for windows of any size, stride and padding', async () => {
    const side = fc.integer({ min: 1, max: 9 });
    const setting = fc.record({
      h: side,
      w: side,
      kh: side,
      kw: side,
      sh: side,
      sw: side,
      top: fc.nat(2),
      left: fc.nat(2),
    });
    const fits = setting.filter((s) => s.kh <= s.h + s.top && s.kw <= s.w + s.left && s.top < s.kh && s.left < s.kw);
    await fc.assert(
      fc.asyncProperty(fits, fc.constantFrom('conv', 'max', 'mean'), async (s, kind) => {
        const g = builder();
        const x = image(g, 2, s.h, s.w);
        const window = {
          kernel: [s.kh, s.kw],
          stride: [s.sh, s.sw],
          padding: [s.top, s.left, 0, 0],
        } as const;
        const y =
          kind === 'conv'
            ? conv(g, 'y', x, { channels: 3, ...window })
            : kind === 'max'
              ? maxPool(g, 'y', x, window)
              : averagePool(g, 'y', x, { ...window, countPadding: true });
        g.output(y);
        const { dims } = await runGraph(g, ramp(2 * s.h * s.w), [1, 2, s.h, s.w]);
        expect(dims).toEqual([1, ...y.shape.slice(1)]);
      }),
      { numRuns: 60 },
    );
  });

  it('adds (0 … 5)·2 − 1 and keeps rows apart in a mean over the columns: 1 and 7', async () => {
    const g = builder();
    const x = g.input('x', 'float32', [BATCH, 2, 3]);
    const doubled = add(g, 'sum', x, x);
    const one = g.weights('one', [1], Float32Array.of(1), 'constant');
    g.output(reduceMean(g, 'mean', sub(g, 'less', mul(g, 'same', doubled, one), one), [2]));
    expect(await runGraph(g, ramp(6), [1, 2, 3])).toEqual({ dims: [1, 2], data: [1, 7] });
  });

  it('turns rows round, joins, reorders and flattens 2×2 bytes exactly', async () => {
    const g = builder();
    const x = g.input('x', 'uint8', [BATCH, 2, 2]);
    const joined = concat(g, 'both', [x, reverse(g, 'turned', x, 1)], 2);
    g.output(scale(g, 'y', cast(g, 'c', flatten(g, 'f', transpose(g, 't', joined, [0, 2, 1])), 'float32'), 10));
    // [[1, 2], [3, 4]] beside [[3, 4], [1, 2]] is [[1, 2, 3, 4], [3, 4, 1, 2]], read by columns.
    const { data } = await runGraph(g, Uint8Array.of(1, 2, 3, 4), [1, 2, 2]);
    expect(data).toEqual([10, 30, 20, 40, 30, 10, 40, 20]);
  });

  it('normalises (x − mean) / √(var + ε) · gamma + beta: 0 and 3 with ε = 0.001 are 0 and 2.9985', async () => {
    const g = builder();
    g.output(globalAveragePool(g, 'y', relu(g, 'r', batchNormalization(g, 'bn', image(g, 2, 1, 1), 1e-3))));
    const { data } = await runGraph(g, Float32Array.of(0, 3), [1, 2, 1, 1]);
    expect(data[0]).toBe(0);
    expect(data[1]).toBeCloseTo(3 / Math.sqrt(1.001), 5);
  });

  it('writes the same bytes for the same seed, others for another, and keeps a layer’s weights when one is added', () => {
    const build = (seed: number, extra: boolean) => {
      const g = new GraphBuilder({ name: 'test', seed });
      const x = image(g, 3, 4, 4);
      if (extra) conv(g, 'before', x, { channels: 2, kernel: [3, 3] });
      g.output(conv(g, 'c', x, { channels: 2, kernel: [3, 3] }));
      const model = g.build();
      return {
        file: encodeModel(model),
        weights: model.graph?.initializer.find((t) => t.name === 'c.weight')?.rawData,
      };
    };
    expect(build(1, false).file).toEqual(build(1, false).file);
    expect(build(2, false).weights).not.toEqual(build(1, false).weights);
    expect(build(1, true).weights).toEqual(build(1, false).weights);
  });

  it('draws He’s weights within ±√(6/27), with a mean near 0 and a variance near 2/27', () => {
    const g = builder();
    conv(g, 'c', image(g, 3, 4, 4), { channels: 400, kernel: [3, 3] });
    const raw = g.build().graph?.initializer[0]?.rawData.slice() ?? new Uint8Array();
    const weights = new Float32Array(raw.buffer);
    const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
    const variance = weights.reduce((a, b) => a + (b - mean) ** 2, 0) / weights.length;
    expect(weights).toHaveLength(10_800);
    expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / 27));
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(variance * 27).toBeCloseTo(2, 1);
  });
});
