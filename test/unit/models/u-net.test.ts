import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../packages/models/src/architectures/index.ts';
import { countParameters } from '../../../packages/models/src/bundle/count-parameters.ts';
import type { ModelProto } from '../../../packages/models/src/onnx/generated/onnx-ml_pb.js';
import { decodeModel, encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { runGraph } from './run-graph.ts';
import { bytesTensor, initializer, runTensors, type Values } from './run-tensors.ts';
import { patches } from './small-classifier.ts';

const INVALID = expect.objectContaining({ code: 'ARGUMENT_INVALID' });
/** 4 to 64 channels, so that the tests are fast. */
const NARROW = { classes: 2, width: 1 / 16, seed: 3 };

function build(name: string, options: object) {
  const architecture = ARCHITECTURES[name];
  if (architecture === undefined) throw new Error(name);
  return architecture(options);
}

describe('U-Net as published', () => {
  it('has 31,030,658 parameters with 1 channel and 2 classes, and makes 388 px of 572', () => {
    const { counts, model } = build('u-net', { classes: 2, channels: 1, inputSizePx: 572 });
    expect(counts.trainableParameters).toBe(31_030_658);
    expect(countParameters(model)).toBe(31_030_658);
    expect(outputSize(model)).toEqual([2n, 388n, 388n]);
  });

  it('begins with Gaussian weights of deviation √(2/576) for 3×3 on 64 channels and with no bias', () => {
    const { model } = build('u-net', { ...NARROW, inputSizePx: 188 });
    const weights = initializer(model, 'bottom.2.conv.weight');
    const squares = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    const within = weights.filter((w) => Math.abs(w) < Math.sqrt(2 / 576)).length / weights.length;
    expect(weights).toHaveLength(64 * 64 * 9);
    expect(Math.abs(squares / (2 / 576) - 1)).toBeLessThan(0.03);
    // A Gaussian has 68.27 % within one standard deviation, He's uniform weights 57.7 %.
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.01);
    expect(new Set(initializer(model, 'bottom.2.conv.bias'))).toEqual(new Set([0]));
  });

  it.each([172, 187, 190, 192, 256])('refuses patches of %i px', (inputSizePx) => {
    expect(() => build('u-net', { ...NARROW, inputSizePx })).toThrow(INVALID);
  });

  it('turns red, green and blue of 255 into greys of −0.402, 0.174 and −0.772', async () => {
    const { model } = build('u-net', { ...NARROW, channels: 1, inputSizePx: 188 });
    const image = new Uint8Array(188 * 188 * 3);
    for (const colour of [0, 1, 2]) image[3 * colour + colour] = 255;
    const run = await runTensors(model, { patches: bytesTensor(image, [1, 188, 188, 3]) }, { features_in: 'float32' });
    const { data, dims } = run('features_in');
    expect(dims).toEqual([1, 1, 188, 188]);
    for (const [i, grey] of [-0.402, 0.174, -0.772, -1].entries()) expect(data[i]).toBeCloseTo(grey, 5);
  });

  it('gives 4 tiles of 220 px whose origins are multiples of 16 what one image of 268 px gets to 1e-5, and a tile 36 px off another result', async () => {
    const [whole, tile] = [268, 220];
    const image = patches(1, whole);
    const large = await logits(image, whole);
    const differences = new Map<string, number>();
    for (const [top, left] of [
      [0, 0],
      [16, 48],
      [32, 0],
      [48, 48],
      [36, 0],
      [0, 36],
    ] as const)
      differences.set(
        `${top},${left}`,
        largestDifference(large, await logits(cut(image, whole, top, left, tile), tile), top, left),
      );
    const magnitude = Math.max(...large.data.map(Math.abs));
    for (const origin of ['0,0', '16,48', '32,0', '48,48'])
      expect((differences.get(origin) ?? Number.NaN) / magnitude).toBeLessThan(1e-5);
    for (const origin of ['36,0', '0,36'])
      expect((differences.get(origin) ?? Number.NaN) / magnitude).toBeGreaterThan(0.1);
  });
});

describe('U-Net with padding and batch normalisation', () => {
  it('has 1,942,594 parameters at width 0.25 with 2 classes', () => {
    const narrow = build('u-net-same', { inputSizePx: 256, width: 0.25, classes: 2, seed: 11 });
    expect(countParameters(narrow.model)).toBe(1_942_594);
    expect(narrow.counts.trainableParameters).toBe(1_942_594);
  });

  it('gives 2 patches of 64 px 3 probabilities at each of 64 × 64 pixels that sum to 1', async () => {
    const { model } = build('u-net-same', { ...NARROW, classes: 3, inputSizePx: 64 });
    const { data, dims } = await runGraph(encodeModel(model), patches(2, 64), [2, 64, 64, 3]);
    expect(dims).toEqual([2, 3, 64, 64]);
    const area = 64 * 64;
    const sums = Array.from({ length: area }, (_, i) =>
      [0, 1, 2].reduce((sum, c) => sum + (data[c * area + i] ?? 0), 0),
    );
    expect(Math.max(...sums.map((sum) => Math.abs(sum - 1)))).toBeLessThan(1e-5);
  });

  it('names its 18 normalised convolutions, 4 up-convolutions and the head as the trainer looks for them', () => {
    const { model } = build('u-net-same', { ...NARROW, inputSizePx: 64 });
    const names = model.graph?.initializer.map((tensor) => tensor.name) ?? [];
    for (const what of ['gamma', 'beta', 'mean', 'var'])
      expect(names.filter((name) => name.endsWith(`.bn.${what}`))).toHaveLength(18);
    expect(names.filter((name) => /^up\d\.conv\.(weight|bias)$/.test(name))).toHaveLength(8);
    expect(names).toEqual(expect.arrayContaining(['down1.1.conv.weight', 'head.conv.weight', 'head.conv.bias']));
    const outputs = model.graph?.node.flatMap((node) => node.output) ?? [];
    expect(outputs).toEqual(expect.arrayContaining(['features_in', 'logits', 'probabilities']));
  });

  it('is refused for 299 px, which four poolings do not divide', () => {
    expect(() => build('u-net-same', { ...NARROW, inputSizePx: 299 })).toThrow(INVALID);
  });
});

describe('the graph step of the bundle tool', () => {
  const TOOL = 'packages/models/src/bundle-tool.ts';

  it('writes the graph of the options in a file, the same as the builder’s', () => {
    const folder = mkdtempSync(join(tmpdir(), 'graph-'));
    try {
      const options = { ...NARROW, inputSizePx: 64 };
      writeFileSync(join(folder, 'options.json'), JSON.stringify(options));
      const said = execFileSync(process.execPath, [
        TOOL,
        'graph',
        'u-net-same',
        join(folder, 'options.json'),
        join(folder, 'out.onnx'),
      ]);
      const written = readFileSync(join(folder, 'out.onnx'));
      expect(new Uint8Array(written)).toEqual(encodeModel(build('u-net-same', options).model));
      expect(said.toString()).toContain(`${countParameters(decodeModel(written))} parameters`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('fails for an architecture that there is not', () => {
    const options = [TOOL, 'graph', 'v-net', 'package.json', 'out.onnx'];
    expect(() => execFileSync(process.execPath, options, { stdio: 'pipe' })).toThrow(/none of .*u-net-same/);
  });
});

function outputSize(model: ModelProto): unknown[] {
  const type = model.graph?.output[0]?.type?.value;
  if (type?.case !== 'tensorType') throw new Error('no output');
  return (type.value.shape?.dim ?? []).slice(1).map((d) => d.value.value);
}

async function logits(image: Uint8Array, side: number): Promise<Values> {
  const { model } = build('u-net', { ...NARROW, inputSizePx: side });
  const run = await runTensors(model, { patches: bytesTensor(image, [1, side, side, 3]) }, { logits: 'float32' });
  return run('logits');
}

/** A square of an RGB image. */
function cut(image: Uint8Array, width: number, top: number, left: number, side: number): Uint8Array {
  const out = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const begin = ((top + y) * width + left) * 3;
    out.set(image.subarray(begin, begin + side * 3), y * side * 3);
  }
  return out;
}

/** Between a tile's result [1, C, s, s] and the whole's [1, C, S, S] at the tile's place. */
function largestDifference(whole: Values, tile: Values, top: number, left: number): number {
  const [channels = 0, side = 0] = tile.dims.slice(1);
  const wholeSide = whole.dims[2] ?? 0;
  let largest = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const here = tile.data[(c * side + y) * side + x] ?? Number.NaN;
        const there = whole.data[(c * wholeSide + top + y) * wholeSide + left + x] ?? Number.NaN;
        largest = Math.max(largest, Math.abs(here - there));
      }
  return largest;
}
