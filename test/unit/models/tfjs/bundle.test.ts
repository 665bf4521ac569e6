import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineProtocol, ModelManifest } from '@gigascope/contracts';
import { checkGolden, type DraftOf, engineOf, loadBundle, sealBundle, writeBundle } from '@gigascope/models';
import { ServiceClient } from '@gigascope/processes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { draftOf, patches, smallInception } from '../small-classifier.ts';
import { tfjsOptions } from './onnx-to-tfjs.ts';

const ENGINE_ENTRY = new URL('../../../../services/engine/src/main.ts', import.meta.url);

let root: string;
let good: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tfjs-bundle-'));
  good = join(root, 'small');
  const draft = { ...(draftOf(75, ['a', 'b', 'c']) as DraftOf<'classify'>), engine: 'tfjs' as const };
  await writeBundle(good, { draft, companions: await companions() });
});
afterAll(() => rm(root, { recursive: true }));

async function companions(): Promise<Map<string, Uint8Array>> {
  const { model, files = new Map() } = await tfjsOptions(smallInception(1));
  return new Map([['tfjs/model.json', model], ...[...files].map(([name, bytes]) => [`tfjs/${name}`, bytes] as const)]);
}

it('writes a bundle whose model and shard lie in tfjs/, hashed, and that its own engine agrees with', async () => {
  expect(await readdir(join(good, 'tfjs'))).toEqual(['group1-shard1of1.bin', 'model.json']);
  const bundle = await loadBundle(good);
  const manifest = ModelManifest.parse(bundle.manifest);
  expect(manifest.engine).toBe('tfjs');
  expect(Object.keys(manifest.files)).toEqual(expect.arrayContaining(['tfjs/model.json', 'tfjs/group1-shard1of1.bin']));
  // Batch normalisation's means and variances count here: TensorFlow keeps them among the weights.
  expect(manifest.parameterCount).toBeGreaterThan(10_000);
  const [stage] = bundle.stages;
  for (const orientations of [1, 8] as const) {
    await using engine = await engineOf(manifest).apart({ ...stage, batchSize: 2, orientations });
    await checkGolden(engine, stage);
  }
});

it('has the golden output of the same network as an ONNX bundle, to 1e-5', async () => {
  const onnx = join(root, 'onnx');
  await writeBundle(onnx, { draft: draftOf(75, ['a', 'b', 'c']), model: smallInception(1).model });
  const [a, b] = await Promise.all(
    [good, onnx].map(async (folder) => ModelManifest.parse((await loadBundle(folder)).manifest)),
  );
  for (const key of ['expected', 'expectedOver8Orientations'] as const)
    a?.golden[key]?.forEach((p, i) => {
      expect(Math.abs(p - (b?.golden[key]?.[i] ?? Number.NaN))).toBeLessThan(1e-5);
    });
});

it('is loaded by the engine’s process, which says what runs it', async () => {
  await using engine = new ServiceClient(ENGINE_ENTRY, engineProtocol);
  const options = { bundleFolder: good, orientations: 1, threads: 1, batchSize: 4 } as const;
  const { runtime, provider } = await engine.call('load', options);
  expect(runtime).toMatch(/^@tensorflow\/tfjs \d/);
  expect(provider).toBe('wasm');
  const { outputs } = await engine.call('infer', { stage: 0, patches: patches(5, 75), count: 5 });
  expect(new Set(outputs.map(String)).size).toBe(5);
});

it('is MODEL_HASH_MISMATCH with a changed shard and BUNDLE_INCOMPLETE without it; sealing makes a changed one whole', async () => {
  const shard = join(good, 'tfjs', 'group1-shard1of1.bin');
  const bytes = (await companions()).get('tfjs/group1-shard1of1.bin') ?? new Uint8Array();
  const changed = bytes.slice();
  changed[0] = (changed[0] ?? 0) ^ 1;
  await writeFile(shard, changed);
  await expect(loadBundle(good)).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
  await sealBundle(good, { version: '1.1.0' });
  expect((await loadBundle(good)).manifest.version).toBe('1.1.0');
  await rm(shard);
  await expect(loadBundle(good)).rejects.toMatchObject({ code: 'BUNDLE_INCOMPLETE' });
  await expect(sealBundle(good)).rejects.toMatchObject({ code: 'BUNDLE_INCOMPLETE' });
});
