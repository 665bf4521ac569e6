import { describe, expect, it } from 'vitest';
import type { EngineManifest } from '../../../packages/models/src/engines/options.ts';
import { type OutputTensor, splitAnswers } from '../../../packages/models/src/engines/split-answers.ts';

const INPUT = { name: 'patches', layout: 'NHWC', dtype: 'uint8', colour: 'RGB', normalisation: '' } as const;
const PROBABILITIES = { name: 'probabilities', meaning: 'probabilities' } as const;
const CLASSIFY: EngineManifest = {
  task: 'classify',
  patchSizePx: 10,
  classes: ['a', 'b', 'c'],
  input: INPUT,
  output: PROBABILITIES,
};
const SEGMENT: EngineManifest = { ...CLASSIFY, task: 'segment', classes: ['background', 'b'], outputSizePx: 2 };
const DETECT: EngineManifest = { ...CLASSIFY, task: 'detect', output: { name: 'detections', meaning: 'boxes' } };
const LOGITS = { name: 'logits', meaning: 'logits' } as const;

const tensor = (dims: readonly number[], ...values: number[]): OutputTensor => ({
  dims,
  data: Float32Array.from(values),
});
const listed = (answers: readonly Float32Array[]): number[][] => answers.map((answer) => [...answer]);
const near = (...values: number[]) => values.map((value) => expect.closeTo(value, 6));
const refused = expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' });

/** Refuses with MODEL_OUTPUT_INVALID, and with nothing else. */
function expectRefused(
  output: OutputTensor | undefined,
  manifest: EngineManifest,
  batchSize: number,
  count: number,
): void {
  expect(() => splitAnswers(output, manifest, batchSize, count)).toThrow(refused);
}

describe('the answers of a classifying network', () => {
  it('are 3 probabilities for each of the 2 patches that are meant, copied out of a batch of 4', () => {
    const output = tensor([4, 3], 0.25, 0.25, 0.5, 1, 0, 0, 9, 9, 9, Number.NaN, 0, 0);
    const answers = splitAnswers(output, CLASSIFY, 4, 2);
    expect(listed(answers)).toEqual([near(0.25, 0.25, 0.5), near(1, 0, 0)]);
    (output.data as Float32Array).fill(7);
    expect([...(answers[0] ?? [])]).toEqual(near(0.25, 0.25, 0.5));
  });

  it('are a softmax of logits: 0, 0 and ln 2 become 1/4, 1/4 and 1/2, and 500 does not overflow', () => {
    const output = tensor([2, 3], 0, 0, Math.LN2, 500, 0, -500);
    expect(listed(splitAnswers(output, { ...CLASSIFY, output: LOGITS }, 2, 2))).toEqual([
      near(0.25, 0.25, 0.5),
      near(1, 0, 0),
    ]);
  });

  it('become 1 where rounding gave 1.0000005, and are refused from 1.00001 on', () => {
    expect(splitAnswers(tensor([1, 3], 1.000_000_5, 0, 0), CLASSIFY, 1, 1)[0]?.[0]).toBe(1);
    expectRefused(tensor([1, 3], 1.000_01, 0, 0), CLASSIFY, 1, 1);
  });

  it.each([
    ['NaN', tensor([1, 3], Number.NaN, 0.5, 0.5)],
    ['infinite', tensor([1, 3], Number.POSITIVE_INFINITY, 0, 0)],
    ['below 0', tensor([1, 3], -0.1, 0.6, 0.5)],
    ['a sum of 0.998', tensor([1, 3], 0.3, 0.3, 0.398)],
    ['2 classes of 3', tensor([1, 2], 0.5, 0.5)],
    ['2 patches of 1', tensor([2, 3], 1, 0, 0, 1, 0, 0)],
    ['3 patches of one class', tensor([3, 1], 1, 0, 0)],
    ['flat', tensor([3], 1, 0, 0)],
    ['float64', { dims: [1, 3], data: Float64Array.of(1, 0, 0) }],
    ['absent', undefined],
  ])('are refused when they are %s', (_, output) => {
    expectRefused(output, CLASSIFY, 1, 1);
  });

  it('are refused when logits hold a NaN', () => {
    expectRefused(tensor([1, 3], Number.NaN, 0, 0), { ...CLASSIFY, output: LOGITS }, 1, 1);
  });
});

describe('the answers of a segmenting network', () => {
  const dims = [2, 2, 2, 2];
  const patch = [1, 0.75, 0.5, 0, 0, 0.25, 0.5, 1];

  it('are [classes, 2, 2] for the one patch that is meant, whatever the second of the batch holds', () => {
    const output = tensor(dims, ...patch, ...Array<number>(8).fill(Number.NaN));
    expect(listed(splitAnswers(output, SEGMENT, 2, 1))).toEqual([near(...patch)]);
  });

  it('are as large as the patch where no output size is stated', () => {
    const whole: EngineManifest = { ...CLASSIFY, task: 'segment', classes: ['background', 'b'], patchSizePx: 2 };
    expect(splitAnswers(tensor([1, 2, 2, 2], ...patch), whole, 1, 1)).toHaveLength(1);
    expectRefused(tensor([1, 2, 2, 2], ...patch), { ...whole, patchSizePx: 3 }, 1, 1);
  });

  it('are a softmax over the classes of each pixel, not over pixels', () => {
    const ln3 = Math.log(3);
    const output = tensor([1, 2, 2, 2], 0, ln3, -1000, 0, 0, 0, 1000, ln3);
    const [answer] = listed(splitAnswers(output, { ...SEGMENT, output: LOGITS }, 1, 1));
    expect(answer).toEqual(near(0.5, 0.75, 0, 0.25, 0.5, 0.25, 1, 0.75));
  });

  it.each([
    ['NaN in the last of 8 values', tensor([1, 2, 2, 2], ...patch.slice(0, 7), Number.NaN)],
    ['a sum of 1.01 at the third of 4 pixels', tensor([1, 2, 2, 2], 1, 0.75, 0.51, 0, 0, 0.25, 0.5, 1)],
    ['−0.5 and 1.5', tensor([1, 2, 2, 2], 1, 0.75, -0.5, 0, 0, 0.25, 1.5, 1)],
    ['classes last instead of first', tensor([1, 2, 2, 2].with(1, 4).with(3, 1), ...patch)],
    ['one row instead of a square', tensor([1, 2, 1, 4], ...patch)],
    ['a pixel short', tensor([1, 2, 1, 3], 1, 1, 1, 0, 0, 0)],
    ['flattened', tensor([1, 8], ...patch)],
  ])('are refused with %s', (_, output) => {
    expectRefused(output, SEGMENT, 1, 1);
  });
});

describe('the answers of a detecting network', () => {
  const box = (image: number, ...rest: number[]): number[] => [image, ...rest];
  const good = box(0, 1, 2, 3, 4, 0.5, 2);

  it('are the rows of each patch in their order, 0, 1 and 2 of them, without those of the 2 patches that fill the batch up', () => {
    const rows = [box(2, 1, 1, 2, 2, 0.5, 0), good, box(3, 5, 5, 6, 6, 1, 1), box(2, 0, 0, 1, 1, 0.25, 1)];
    expect(listed(splitAnswers(tensor([4, 7], ...rows.flat()), DETECT, 5, 3))).toEqual([
      [1, 2, 3, 4, 0.5, 2],
      [],
      [1, 1, 2, 2, 0.5, 0, 0, 0, 1, 1, 0.25, 1],
    ]);
    expect(listed(splitAnswers(tensor([4, 7], ...rows.flat()), DETECT, 5, 2))).toEqual([[1, 2, 3, 4, 0.5, 2], []]);
  });

  it('are an empty list for each of 2 patches without a box', () => {
    expect(listed(splitAnswers(tensor([0, 7]), DETECT, 2, 2))).toEqual([[], []]);
  });

  it('may reach over the patch by its size, no farther, and be a point', () => {
    const reach = tensor([2, 7], ...box(0, -10, -10, 20, 20, 1, 0), ...box(0, 3, 3, 3, 3, 0, 0));
    expect(splitAnswers(reach, DETECT, 1, 1)[0]).toHaveLength(12);
  });

  it.each([
    ['NaN for x0', box(0, Number.NaN, 2, 3, 4, 0.5, 0)],
    ['NaN for y1', box(0, 1, 2, 3, Number.NaN, 0.5, 0)],
    ['an infinite x1', box(0, 1, 2, Number.POSITIVE_INFINITY, 4, 0.5, 0)],
    ['x1 before x0', box(0, 3, 2, 1, 4, 0.5, 0)],
    ['y1 before y0', box(0, 1, 4, 3, 2, 0.5, 0)],
    ['x0 more than a patch to the left', box(0, -10.5, 2, 3, 4, 0.5, 0)],
    ['y1 more than a patch below', box(0, 1, 2, 3, 20.5, 0.5, 0)],
    ['a score of NaN', box(0, 1, 2, 3, 4, Number.NaN, 0)],
    ['a score of 1.1', box(0, 1, 2, 3, 4, 1.1, 0)],
    ['a score of −0.1', box(0, 1, 2, 3, 4, -0.1, 0)],
    ['class 3 of 3', box(0, 1, 2, 3, 4, 0.5, 3)],
    ['class −1', box(0, 1, 2, 3, 4, 0.5, -1)],
    ['half a class', box(0, 1, 2, 3, 4, 0.5, 0.5)],
    ['image −1', box(-1, 1, 2, 3, 4, 0.5, 0)],
    ['image 0.5', box(0.5, 1, 2, 3, 4, 0.5, 0)],
    ['image NaN', box(Number.NaN, 1, 2, 3, 4, 0.5, 0)],
  ])('are refused with %s behind a good box', (_, bad) => {
    expectRefused(tensor([2, 7], ...good, ...bad), DETECT, 1, 1);
  });

  it.each([
    ['6 columns', tensor([1, 6], 1, 2, 3, 4, 0.5, 0)],
    ['8 columns', tensor([1, 8], ...good, 0)],
    ['3 axes', tensor([1, 1, 7], ...good)],
    ['1 axis', tensor([7], ...good)],
    ['int64', { dims: [1, 7], data: BigInt64Array.from(good.map((v) => BigInt(Math.round(v)))) }],
  ])('are refused with %s', (_, output) => {
    expectRefused(output, DETECT, 1, 1);
  });
});
