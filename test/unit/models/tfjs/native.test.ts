import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { smallGraph } from './graph-models.ts';

const NATIVE = '@tensorflow/tfjs-node-gpu';
const ENGINE = '../../../../packages/models/src/engines/tfjs/tfjs-engine.ts';

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.doUnmock(NATIVE);
});

async function open(files: Record<string, Uint8Array> = {}) {
  const { createTfjsEngine } = (await import(
    ENGINE
  )) as typeof import('../../../../packages/models/src/engines/tfjs/tfjs-engine.ts');
  const options = smallGraph();
  return await createTfjsEngine({ ...options, files: new Map([...(options.files ?? []), ...Object.entries(files)]) });
}

const red = () => ({ data: new Uint8Array(24).map((_, i) => (i % 3 === 0 ? 100 : 0)), count: 1 });

/** Stands for the native package, whose binary is a download: TensorFlow.js itself, with the two things that package adds. */
function standIn(loadSavedModel: (folder: string) => Promise<unknown>) {
  vi.doMock(NATIVE, () => {
    const exports = {
      ...tf,
      getBackend: () => 'tensorflow',
      version: { ...tf.version, 'tfjs-node': '4.22.0' },
      node: { loadSavedModel },
      // As the package's kernels do at every run.
      isNothing: (util as unknown as { isNullOrUndefined(value: unknown): boolean }).isNullOrUndefined(null),
    };
    return { ...exports, default: exports };
  });
}

it('uses the native package where it is installed and loads, with the functions that Node 23 took away', async () => {
  standIn(async () => null);
  await using engine = await open();
  expect(engine.description).toEqual({ runtime: '@tensorflow/tfjs-node-gpu 4.22.0', provider: 'tensorflow' });
  const [answer = []] = (await engine.infer(red())).answers;
  expect([...answer].map((p) => Number(p.toFixed(4)))).toEqual([0.125, 0.25, 0.625]);
});

it('reads a SavedModel with the native package from a folder of its own, which is gone afterwards', async () => {
  let folder = '';
  const disposed = vi.fn();
  standIn(async (path) => {
    folder = path;
    expect(await readdir(path)).toEqual(['saved_model.pb', 'variables', 'weights.bin']);
    expect(await readFile(join(path, 'variables', 'variables.index'), 'utf8')).toBe('index');
    return {
      inputs: [{ name: 'image', dtype: 'float32', shape: [-1, 2, 2, 3] }],
      outputs: [{ name: 'other' }, { name: 'scores' }],
      predict: ({ image }: { image: tf.Tensor }) => ({
        other: tf.zeros([2, 3]),
        scores: tf.tidy(() => tf.softmax(tf.mul(tf.mean(image, [1, 2]), 0))),
      }),
      dispose: disposed,
    };
  });
  const engine = await open({ 'saved_model.pb': new Uint8Array(3), 'variables/variables.index': Buffer.from('index') });
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
  const before = tf.memory().numTensors;
  const [answer = []] = (await engine.infer(red())).answers;
  expect([...answer].map((p) => Number(p.toFixed(4)))).toEqual([0.3333, 0.3333, 0.3333]);
  expect(tf.memory().numTensors).toBe(before);
  await engine[Symbol.asyncDispose]();
  expect(disposed).toHaveBeenCalledOnce();
});

it('falls back to WebAssembly where the native package is installed and its binary is missing', async () => {
  vi.doMock(NATIVE, () => {
    throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found');
  });
  await using engine = await open();
  expect(engine.description).toEqual({ runtime: expect.stringMatching(/^@tensorflow\/tfjs 4\./), provider: 'wasm' });
});

it('leaves no tensor behind after 5 batches', async () => {
  await using engine = await open();
  await engine.infer(red());
  const before = tf.memory().numTensors;
  for (let i = 0; i < 5; i++) await engine.infer(red());
  expect(tf.memory().numTensors).toBe(before);
});
