import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrtEngine, createTfjsProcessEngine, type Engine, type EngineOptions } from '@gigascope/models';
import { describe, expect, it } from 'vitest';
import { createTfjsEngine } from '../../../../packages/models/src/engines/tfjs/tfjs-engine.ts';
import { engineOverProcess } from '../../../../packages/models/src/engines/tfjs/tfjs-process-engine.ts';
import { describeEngine } from '../../../conformance/engine.ts';
import { patches, smallInception } from '../small-classifier.ts';
import { branchedGraph, pixelGraph, smallGraph } from './graph-models.ts';
import { tfjsOptions } from './onnx-to-tfjs.ts';

describeEngine('tfjs process', async (options) => createTfjsProcessEngine(await tfjsOptions(options)));

/** The answers to 4 patches of 75 px. */
async function answersOf(
  create: (options: EngineOptions) => Promise<Engine>,
  options: EngineOptions,
): Promise<number[]> {
  await using engine = await create(options);
  const { answers } = await engine.infer({ data: patches(4, 75), count: 4 });
  return answers.flatMap((answer) => [...answer]);
}

it.each([1, 8] as const)(
  'agrees with onnxruntime to 1e-5 on one Inception V3, over %d orientations',
  async (orientations) => {
    const options = { ...smallInception(4), orientations };
    const expected = await answersOf(createOrtEngine, options);
    const found = await answersOf(createTfjsEngine, await tfjsOptions(options));
    expect(new Set(expected.map((p) => p.toFixed(3))).size).toBeGreaterThan(3);
    expect(found).toHaveLength(12);
    found.forEach((p, i) => {
      expect(Math.abs(p - (expected[i] ?? Number.NaN))).toBeLessThan(1e-5);
    });
  },
);

describe('a graph model', () => {
  it('gives the softmax of its matrix times the mean colour: 0, ln 2 and ln 5 make 1/8, 2/8 and 5/8', async () => {
    await using engine = await createTfjsEngine(smallGraph());
    const data = new Uint8Array(2 * 2 * 2 * 3);
    // The second patch: mean red 100, of which the matrix makes 0, ln 2, ln 5.
    for (let pixel = 4; pixel < 8; pixel++) data[pixel * 3] = 100;
    const { answers } = await engine.infer({ data, count: 2 });
    expect(answers.map((answer) => [...answer].map((p) => Number(p.toFixed(6))))).toEqual([
      [0.333333, 0.333333, 0.333333],
      [0.125, 0.25, 0.625],
    ]);
  });

  it('with a branch, which cannot be run in one go, gives what the same one without gives, at the first run and the next', async () => {
    const first = async (engine: Engine) =>
      (await engine.infer({ data: new Uint8Array(24).fill(90), count: 1 })).answers;
    await using straight = await createTfjsEngine(smallGraph());
    await using branched = await createTfjsEngine(branchedGraph());
    const expected = await first(straight);
    expect(await first(branched)).toEqual(expected);
    expect(await first(branched)).toEqual(expected);
  });

  it('of pixels, whose classes TensorFlow has last, gives them first', async () => {
    await using engine = await createTfjsEngine(pixelGraph());
    // Bytes of 0.2, 0.2 and 0.6 times 255 in the first pixel, one of 255 in each of the rest.
    const data = new Uint8Array(24);
    data.set([51, 51, 153, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
    const { answers } = await engine.infer({ data, count: 1 });
    expect([...(answers[0] ?? [])].map((p) => Number(p.toFixed(3)))).toEqual([
      ...[0.2, 1, 0, 0],
      ...[0.2, 0, 1, 0],
      ...[0.6, 0, 0, 1],
    ]);
  });
});

describe('a model that does not fit', () => {
  it.each<[string, string, (good: EngineOptions) => Partial<EngineOptions>]>([
    ['without a weight shard', 'BUNDLE_INCOMPLETE', () => ({ files: new Map() })],
    ['with a shard cut short', 'MODEL_HASH_MISMATCH', () => ({ files: new Map([['weights.bin', new Uint8Array(5)]]) })],
    ['of another size', 'MODEL_OUTPUT_INVALID', ({ manifest }) => ({ manifest: { ...manifest, patchSizePx: 3 } })],
    [
      'that is a SavedModel, without the native package',
      'MODEL_UNSUPPORTED',
      () => ({ files: new Map([['saved_model.pb', new Uint8Array()]]) }),
    ],
    [
      'that is to see a segment in 8 orientations',
      'ARGUMENT_INVALID',
      ({ manifest }) => ({ orientations: 8, manifest: { ...manifest, task: 'segment' } }),
    ],
  ])('%s is %s', async (_, code, change) => {
    const good = smallGraph();
    await expect(createTfjsEngine({ ...good, ...change(good) })).rejects.toMatchObject({ code });
  });
});

it('fails both waiting batches with NATIVE_CRASH when its process is ended by a signal, and every later one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tfjs-'));
  try {
    const script = join(folder, 'dying.mjs');
    await writeFile(
      script,
      `process.send({ kind: 'ready', description: { runtime: 'dying 1.0', provider: 'cpu' } });
       let batches = 0;
       process.on('message', () => { batches += 1; if (batches === 2) process.kill(process.pid, 'SIGKILL'); });`,
    );
    await using engine = await engineOverProcess(fork(script, [], { serialization: 'advanced' }), smallInception(1));
    const infer = () => engine.infer({ data: patches(1, 75), count: 1 });
    const waiting = await Promise.allSettled([infer(), infer()]);
    expect(waiting.map((w) => w.status === 'rejected' && w.reason.code)).toEqual(['NATIVE_CRASH', 'NATIVE_CRASH']);
    await expect(infer()).rejects.toMatchObject({ code: 'NATIVE_CRASH', detail: expect.stringContaining('SIGKILL') });
  } finally {
    await rm(folder, { recursive: true });
  }
});
