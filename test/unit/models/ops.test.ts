import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { clip, exp } from '../../../packages/models/src/graph/ops/activation.ts';
import { cast, div } from '../../../packages/models/src/graph/ops/arithmetic.ts';
import { and, greaterOrEqual, less, reduceMin, where } from '../../../packages/models/src/graph/ops/compare.ts';
import { upConv } from '../../../packages/models/src/graph/ops/conv-transpose.ts';
import { convFilters, sharedConv } from '../../../packages/models/src/graph/ops/convolution.ts';
import { gemm } from '../../../packages/models/src/graph/ops/dense.ts';
import { fill } from '../../../packages/models/src/graph/ops/fill.ts';
import { gather, gatherNd } from '../../../packages/models/src/graph/ops/gather.ts';
import { nonMaxSuppression } from '../../../packages/models/src/graph/ops/non-max-suppression.ts';
import { nonZero } from '../../../packages/models/src/graph/ops/non-zero.ts';
import { upsampleNearest } from '../../../packages/models/src/graph/ops/resize.ts';
import { roiAlign } from '../../../packages/models/src/graph/ops/roi-align.ts';
import { scatterNd } from '../../../packages/models/src/graph/ops/scatter.ts';
import { concat, reshape } from '../../../packages/models/src/graph/ops/shape.ts';
import { centreCrop, slice } from '../../../packages/models/src/graph/ops/slice.ts';
import { topK } from '../../../packages/models/src/graph/ops/top-k.ts';
import { BATCH, formatShape, type Tensor } from '../../../packages/models/src/graph/tensor.ts';
import { runGraph } from './run-graph.ts';
import { initializer } from './run-tensors.ts';

const builder = () => new GraphBuilder({ name: 'test', seed: 1 });
const SOME = { name: 'some', most: 9 };
const constant = (g: GraphBuilder, ...values: number[]) =>
  g.weights(`constant ${values}`, [values.length], Float32Array.from(values), 'constant');
const places = (g: GraphBuilder, rows: readonly (readonly number[])[]) =>
  reshape(g, `places ${rows.join(' ')}`, g.integers(`flat ${rows.join(' ')}`, rows.flat()), [
    rows.length,
    rows[0]?.length ?? 0,
  ]);
const asFloats = (g: GraphBuilder, x: Tensor) => cast(g, `${x.name} as floats`, x, 'float32');

interface Case {
  readonly sentence: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly make: (g: GraphBuilder, x: Tensor) => Tensor;
  /** As the builder infers it. */
  readonly inferred: string;
  readonly dims: readonly number[];
  readonly expected: readonly number[];
}

const CASES: readonly Case[] = [
  {
    sentence: 'cuts columns 1 and 2 of row 1 out of 2 rows of 4',
    shape: [1, 2, 4],
    values: [0, 1, 2, 3, 4, 5, 6, 7],
    make: (g, x) =>
      slice(g, 'y', x, [
        { axis: 1, start: 1, end: 2 },
        { axis: 2, start: 1, end: 3 },
      ]),
    inferred: '[N, 1, 2]',
    dims: [1, 1, 2],
    expected: [5, 6],
  },
  {
    sentence: 'crops the middle 1×2 of 3×4',
    shape: [1, 1, 3, 4],
    values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    make: (g, x) => centreCrop(g, 'y', x, { height: 1, width: 2 }),
    inferred: '[N, 1, 1, 2]',
    dims: [1, 1, 1, 2],
    expected: [5, 6],
  },
  {
    sentence: 'makes 2×4 pixels of 1×2',
    shape: [1, 1, 1, 2],
    values: [3, 5],
    make: (g, x) => upsampleNearest(g, 'y', x, 2),
    inferred: '[N, 1, 2, 4]',
    dims: [1, 1, 2, 4],
    expected: [3, 3, 5, 5, 3, 3, 5, 5],
  },
  {
    sentence: 'limits −3, 0.5 and 9 to −1 … 1, and to 1 only',
    shape: [1, 3],
    values: [-3, 0.5, 9],
    make: (g, x) => concat(g, 'y', [clip(g, 'both', x, -1, 1), clip(g, 'above', x, null, 1)], 1),
    inferred: '[N, 6]',
    dims: [1, 6],
    expected: [-1, 0.5, 1, -3, 0.5, 1],
  },
  {
    sentence: 'raises e to 0 and to the logarithm of 8',
    shape: [1, 2],
    values: [0, Math.log(8)],
    make: (g, x) => exp(g, 'y', x),
    inferred: '[N, 2]',
    dims: [1, 2],
    expected: [1, 8],
  },
  {
    sentence: 'keeps of 1 … 5 those from 2 to before 4 and puts −1 for the others',
    shape: [1, 5],
    values: [1, 2, 3, 4, 5],
    make: (g, x) => {
      const inside = and(
        g,
        'inside',
        greaterOrEqual(g, 'from', x, constant(g, 2)),
        less(g, 'before', x, constant(g, 4)),
      );
      return where(g, 'y', inside, x, constant(g, -1));
    },
    inferred: '[N, 5]',
    dims: [1, 5],
    expected: [-1, 2, 3, -1, -1],
  },
  {
    sentence: 'finds the least of each of 2 rows',
    shape: [2, 3],
    values: [3, 1, 2, 6, 5, 4],
    make: (g, x) => reduceMin(g, 'y', x, 1),
    inferred: '[N]',
    dims: [2],
    expected: [1, 4],
  },
  {
    sentence: 'divides whole numbers downwards: 7 and 6 by 3 are 2 and 2',
    shape: [1, 2],
    values: [7, 6],
    make: (g, x) => asFloats(g, div(g, 'quotient', cast(g, 'whole', x, 'int64'), g.integers('three', [3]))),
    inferred: '[N, 2]',
    dims: [1, 2],
    expected: [2, 2],
  },
  {
    sentence: 'gathers columns 2 and 0 of 2 rows',
    shape: [2, 3],
    values: [0, 1, 2, 3, 4, 5],
    make: (g, x) => gather(g, 'y', x, g.integers('columns', [2, 0]), 1),
    inferred: '[N, 2]',
    dims: [2, 2],
    expected: [2, 0, 5, 3],
  },
  {
    sentence: 'gathers places (1, 0) and (0, 2)',
    shape: [2, 3],
    values: [0, 1, 2, 3, 4, 5],
    make: (g, x) =>
      gatherNd(
        g,
        'y',
        x,
        places(g, [
          [1, 0],
          [0, 2],
        ]),
      ),
    inferred: '[2]',
    dims: [2],
    expected: [3, 2],
  },
  {
    sentence: 'gathers the 2 best of each image by itself',
    shape: [2, 3],
    values: [0, 9, 8, 7, 5, 6],
    make: (g, x) => {
      const top = topK(g, 'top', x, 2);
      const indices = reshape(g, 'indices', top.places, [BATCH, 2, 1]);
      return gatherNd(g, 'y', reshape(g, 'data', x, [BATCH, 3, 1]), indices, 1);
    },
    inferred: '[N, 2, 1]',
    dims: [2, 2, 1],
    expected: [9, 8, 7, 6],
  },
  {
    sentence: 'takes the first of equals first: the 3 best of 1, 7, 7, 3 lie at 1, 2, 3',
    shape: [1, 4],
    values: [1, 7, 7, 3],
    make: (g, x) => asFloats(g, topK(g, 'top', x, 3).places),
    inferred: '[N, 3]',
    dims: [1, 3],
    expected: [1, 2, 3],
  },
  {
    sentence: 'writes 40 and 50 at places (1, 1) and (0, 0) of a filled [N, 2]',
    shape: [2, 1],
    values: [0, 0],
    make: (g, x) =>
      scatterNd(
        g,
        'y',
        fill(g, 'sevens', x, [2], 7),
        places(g, [
          [1, 1],
          [0, 0],
        ]),
        constant(g, 40, 50),
      ),
    inferred: '[N, 2]',
    dims: [2, 2],
    expected: [50, 7, 7, 40],
  },
  {
    sentence: 'lists the places of 2 of 4 values from 5 on, row by row',
    shape: [2, 2],
    values: [1, 5, 6, 2],
    make: (g, x) => asFloats(g, nonZero(g, 'y', greaterOrEqual(g, 'large', x, constant(g, 5)), SOME)),
    inferred: '[some, 2]',
    dims: [2, 2],
    expected: [0, 1, 1, 0],
  },
  {
    sentence:
      'suppresses the worse of 2 boxes that overlap by 9/11, not the one that overlaps by 1/3, and leaves out a score of 0.1',
    shape: [1, 4, 4],
    values: [0, 0, 10, 10, 1, 0, 11, 10, 5, 0, 15, 10, 50, 50, 60, 60],
    make: (g, x) => {
      const scores = g.weights('scores', [1, 1, 4], Float32Array.of(0.8, 0.9, 0.7, 0.1), 'constant');
      const boxes = { ...x, shape: [1, 4, 4] };
      return asFloats(g, nonMaxSuppression(g, 'y', boxes, scores, { iou: 0.5, above: 0.1, most: 9, count: SOME }));
    },
    inferred: '[some, 3]',
    dims: [2, 3],
    expected: [0, 0, 1, 0, 0, 2],
  },
];

describe('the operations of a detector', () => {
  it.each(CASES)('$sentence', async ({ dims, expected, inferred, make, shape, values }) => {
    const g = builder();
    const y = make(g, g.input('x', 'float32', [BATCH, ...shape.slice(1)]));
    expect(formatShape(y.shape)).toBe(inferred);
    g.output(y);
    const result = await runGraph(g, Float32Array.from(values), shape);
    expect(result.dims).toEqual(dims);
    expect(result.data.map((value) => Math.round(value * 1e5) / 1e5)).toEqual(expected);
  });

  it('enlarges 2 channels of 1×2 to 3 of 2×4, each output the sum of 2 products and its bias, and counts 24 + 3 parameters and 48 multiply-adds', async () => {
    const g = builder();
    const y = upConv(g, 'up', g.input('x', 'float32', [BATCH, 2, 1, 2]), { channels: 3, factor: 2 });
    expect(formatShape(y.shape)).toBe('[N, 3, 2, 4]');
    expect(g.counts).toEqual({ trainableParameters: 27, statistics: 0, multiplyAdds: 48 });
    g.output(y);
    const w = initializer(g.build(), 'up.weight');
    const x = [1, 2, 3, 5];
    const { data } = await runGraph(g, Float32Array.from(x), [1, 2, 1, 2]);
    for (let c = 0; c < 3; c++)
      for (let row = 0; row < 2; row++)
        for (let column = 0; column < 4; column++) {
          const tap = (input: number) => w[((input * 3 + c) * 2 + row) * 2 + (column % 2)] ?? 0;
          const at = Math.floor(column / 2);
          const expected = (x[at] ?? 0) * tap(0) + (x[2 + at] ?? 0) * tap(1);
          expect(data[(c * 2 + row) * 4 + column]).toBeCloseTo(expected, 5);
        }
  });

  it('aligns a region of 7×7 px on a ramp with 2×2 samples a bin: bin i has the mean of samples at 2 + i + 0.25 and 0.75', async () => {
    const g = builder();
    const x = g.input('x', 'float32', [1, 1, 16, 16]);
    const regions = g.weights('regions', [1, 4], Float32Array.of(4, 6, 18, 20), 'constant');
    const options = { regions, images: g.integers('images', [0]), scale: 0.5, sizePx: 7, samples: 2 };
    g.output(roiAlign(g, 'y', x, options));
    const ramp = Float32Array.from({ length: 256 }, (_, i) => (i % 16) + 100 * Math.floor(i / 16));
    const { data, dims } = await runGraph(g, ramp, [1, 1, 16, 16]);
    expect(dims).toEqual([1, 1, 7, 7]);
    for (let i = 0; i < 49; i++) expect(data[i]).toBeCloseTo(2.5 + (i % 7) + 100 * (3.5 + Math.floor(i / 7)), 3);
  });

  it('counts shared weights of 3×3 on 2 channels once and their 2 uses on 4×4 and 2×2 pixels both', () => {
    const g = builder();
    const filters = convFilters(g, 'shared', 2, { channels: 5, kernel: [3, 3], bias: true });
    for (const side of [4, 2])
      sharedConv(g, `use ${side}`, g.input(`x${side}`, 'float32', [BATCH, 2, side, side]), filters, {
        padding: [1, 1, 1, 1],
      });
    expect(g.counts).toEqual({ trainableParameters: 95, statistics: 0, multiplyAdds: 90 * 20 });
  });

  it('counts a fully connected layer once for each of at most 9 regions', () => {
    const g = builder();
    gemm(g, 'fc', g.input('x', 'float32', [SOME, 10]), 4, 'y');
    expect(g.counts).toMatchObject({ trainableParameters: 44, multiplyAdds: 360 });
  });
});

describe('what the operations refuse', () => {
  const image = (g: GraphBuilder, side: number) => g.input('x', 'float32', [BATCH, 1, side, side]);
  const refused: readonly [string, (g: GraphBuilder) => unknown][] = [
    ['a slice past the end', (g) => slice(g, 'y', image(g, 4), [{ axis: 2, start: 2, end: 5 }])],
    ['a slice of the batch', (g) => slice(g, 'y', image(g, 4), [{ axis: 0, start: 0, end: 1 }])],
    ['a middle of 2 in 5', (g) => centreCrop(g, 'y', image(g, 5), { height: 2, width: 2 })],
    ['the 5 best of 4', (g) => topK(g, 'y', image(g, 4), 5)],
    ['the 0 best of 4', (g) => topK(g, 'y', image(g, 4), 0)],
    ['an up-convolution to 0 channels', (g) => upConv(g, 'y', image(g, 4), { channels: 0, factor: 2 })],
    ['gathering by floats', (g) => gather(g, 'y', image(g, 4), constant(g, 0), 1)],
    [
      'places of 3 numbers in a matrix',
      (g) => gatherNd(g, 'y', g.input('x', 'float32', [2, 2]), places(g, [[0, 0, 0]])),
    ],
    [
      '2 updates for 1 place',
      (g) => scatterNd(g, 'y', g.input('x', 'float32', [4]), places(g, [[0]]), constant(g, 1, 2)),
    ],
    ['choosing by floats', (g) => where(g, 'y', image(g, 1), constant(g, 1), constant(g, 2))],
    ['places of floats that hold', (g) => nonZero(g, 'y', image(g, 1), SOME)],
    [
      '3 scores for 4 boxes',
      (g) =>
        nonMaxSuppression(g, 'y', g.input('b', 'float32', [1, 4, 4]), g.input('s', 'float32', [1, 1, 3]), {
          iou: 0.5,
          above: 0,
          most: 1,
          count: SOME,
        }),
    ],
    [
      'regions of 5 numbers',
      (g) =>
        roiAlign(g, 'y', image(g, 4), {
          regions: g.input('r', 'float32', [SOME, 5]),
          images: g.input('i', 'int64', [SOME]),
          scale: 1,
          sizePx: 7,
          samples: 2,
        }),
    ],
    [
      'the sum of two sizes that the run decides, when nobody names it',
      (g) => concat(g, 'y', [g.input('a', 'float32', [SOME]), g.input('b', 'float32', [{ name: 'more', most: 2 }])], 0),
    ],
  ];
  it.each(refused)('refuses %s as ARGUMENT_INVALID', (_, make) => {
    expect(() => make(builder())).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
