import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bundle,
  checkGolden,
  createOrtEngine,
  findBundle,
  listBundles,
  loadBundle,
  type StageBundle,
  sealBundle,
  writeBundle,
  writeInitialBundle,
} from '@gigascope/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inceptionV3 } from '../../../packages/models/src/architectures/inception-v3.ts';
import { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { decodeModel, encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { draftOf, smallInception } from './small-classifier.ts';

const CLASSES = ['a', 'b', 'c'];
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
let root: string;
let good: string;
let copies = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundles-'));
  good = join(root, 'models', 'small');
  await writeBundle(good, { draft: draftOf(75, CLASSES), model: smallInception(1).model });
});
afterAll(() => rm(root, { recursive: true }));

async function copyOfGood(): Promise<string> {
  const folder = join(root, `copy-${copies++}`);
  await cp(good, folder, { recursive: true });
  return folder;
}

/** Writes the manifest anew with its hash, as somebody would who means to deceive. */
async function forge(folder: string, change: (manifest: Record<string, unknown>) => void): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  change(manifest);
  const bytes = JSON.stringify(manifest);
  await writeFile(join(folder, 'model.json'), bytes);
  await writeFile(join(folder, 'model.json.sha256'), `${sha256(bytes)}  model.json\n`);
}

async function forgeModel(folder: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(folder, 'model.onnx'), bytes);
  await forge(folder, (manifest) => Object.assign(manifest['files'] as object, { 'model.onnx': sha256(bytes) }));
}

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  await writeFile(path, bytes);
}

const networkOf = async (folder: string): Promise<StageBundle> => (await loadBundle(folder)).stages[0];

const codeOf = async (loading: Promise<Bundle>) =>
  await loading.then(
    () => 'loaded',
    (error) => error.code,
  );

describe('a bundle that was written', () => {
  it('loads with its hash, its counts and 75 · 75 · 3 golden bytes, and its golden patch agrees for 1 and 8 orientations', async () => {
    const bundle = await loadBundle(good);
    expect(bundle.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(bundle.stages).toHaveLength(1);
    const network = bundle.stages[0];
    expect(network.manifest).toEqual(bundle.manifest);
    expect(network.golden).toHaveLength(75 * 75 * 3);
    const { counts } = inceptionV3({
      classes: 3,
      width: 0.1,
      minChannels: 8,
      inputSizePx: 75,
      averageFactor: 1,
      seed: 5,
    });
    expect(network.manifest.parameterCount).toBe(counts.trainableParameters);
    for (const orientations of [1, 8] as const) {
      await using engine = await createOrtEngine({ ...network, batchSize: 3, orientations });
      await checkGolden(engine, network);
    }
    const { expected, expectedOver8Orientations } = network.manifest.golden;
    expect(expected).toHaveLength(3);
    expect(expectedOver8Orientations).not.toEqual(expected);
  });

  it('is the same bytes when it is written twice, and another hash with another card', async () => {
    const [again, other] = [join(root, 'again'), join(root, 'other')];
    const bundle = { draft: draftOf(75, CLASSES), model: smallInception(1).model };
    await writeBundle(again, bundle);
    await writeBundle(other, { ...bundle, card: 'Another card.\n' });
    for (const name of await readdir(good))
      expect(sha256(await readFile(join(again, name)))).toBe(sha256(await readFile(join(good, name))));
    expect((await loadBundle(again)).sha256).toBe((await loadBundle(good)).sha256);
    expect((await loadBundle(other)).sha256).not.toBe((await loadBundle(good)).sha256);
  });

  it('leaves nothing beside it, neither when it is written nor when it is refused', async () => {
    const folder = join(root, 'tidy', 'small');
    await writeBundle(folder, { draft: draftOf(75, CLASSES), model: smallInception(1).model });
    const wrong = writeBundle(folder, { draft: draftOf(76, CLASSES), model: smallInception(1).model });
    await expect(wrong).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
    expect(await readdir(join(root, 'tidy'))).toEqual(['small']);
    expect((await networkOf(folder)).manifest.patchSizePx).toBe(75);
  });

  it('is refused by its golden patch when its weights are another network’s', async () => {
    const network = await networkOf(good);
    const seed6 = inceptionV3({ classes: 3, width: 0.1, minChannels: 8, inputSizePx: 75, averageFactor: 1, seed: 6 });
    await using engine = await createOrtEngine({ ...network, model: encodeModel(seed6.model), batchSize: 1 });
    await expect(checkGolden(engine, network)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
  });
});

describe('a bundle that was damaged', () => {
  it.each(['model.onnx', 'README.md', 'golden.rgb', 'model.json', 'model.json.sha256'])(
    'is MODEL_HASH_MISMATCH with one bit of %s flipped',
    async (file) => {
      const folder = await copyOfGood();
      await flipBit(join(folder, file));
      expect(await codeOf(loadBundle(folder))).toBe('MODEL_HASH_MISMATCH');
    },
  );

  it.each(['model.onnx', 'README.md', 'golden.rgb', 'model.json', 'model.json.sha256'])(
    'is BUNDLE_INCOMPLETE without %s',
    async (file) => {
      const folder = await copyOfGood();
      await rm(join(folder, file));
      expect(await codeOf(loadBundle(folder))).toBe('BUNDLE_INCOMPLETE');
    },
  );

  it('is BUNDLE_INCOMPLETE when there is no folder', async () => {
    expect(await codeOf(loadBundle(join(root, 'nowhere')))).toBe('BUNDLE_INCOMPLETE');
  });
});

describe('a bundle that was forged, with hashes that fit', () => {
  it.each(['../secret', '/etc/hostname', 'a/../../b', 'a\\b', './model.onnx', ''])(
    'is COMPANION_OUTSIDE_SLIDE when it lists "%s"',
    async (path) => {
      const folder = await copyOfGood();
      await forge(folder, (manifest) => Object.assign(manifest['files'] as object, { [path]: '0'.repeat(64) }));
      expect(await codeOf(loadBundle(folder))).toBe('COMPANION_OUTSIDE_SLIDE');
    },
  );

  it('is COMPANION_OUTSIDE_SLIDE with a link in it', async () => {
    const folder = await copyOfGood();
    await symlink('/etc/hostname', join(folder, 'notes.txt'));
    expect(await codeOf(loadBundle(folder))).toBe('COMPANION_OUTSIDE_SLIDE');
  });

  it('takes an unlisted note of 64 KiB and refuses one of a byte more', async () => {
    const folder = await copyOfGood();
    await writeFile(join(folder, 'note.txt'), new Uint8Array(65_536));
    expect(await codeOf(loadBundle(folder))).toBe('loaded');
    await appendFile(join(folder, 'note.txt'), 'x');
    expect(await codeOf(loadBundle(folder))).toBe('COMPANION_OUTSIDE_SLIDE');
  });

  it('is COMPANION_OUTSIDE_SLIDE with weights that point to another file', async () => {
    const folder = await copyOfGood();
    const model = decodeModel(await readFile(join(folder, 'model.onnx')));
    const weights = model.graph?.initializer.at(-1);
    if (weights === undefined) throw new Error('the model has no weights');
    weights.dataLocation = 1;
    weights.externalData.push({ $typeName: 'onnx.StringStringEntryProto', key: 'location', value: '../secret' });
    await forgeModel(folder, encodeModel(model));
    expect(await codeOf(loadBundle(folder))).toBe('COMPANION_OUTSIDE_SLIDE');
  });

  it('is MODEL_HASH_MISMATCH with a model of noise, or without a graph', async () => {
    const folder = await copyOfGood();
    await forgeModel(folder, new Uint8Array(1000).fill(255));
    expect(await codeOf(loadBundle(folder))).toBe('MODEL_HASH_MISMATCH');
    await forgeModel(folder, encodeModel(new GraphBuilder({ name: 'empty', seed: 0 }).build()));
    expect(await codeOf(loadBundle(folder))).toBe('MODEL_HASH_MISMATCH');
  });

  it.each([
    ['2 classes where the model has 3', { classes: ['a', 'b'] }],
    ['another input name', { input: { ...draftOf(75, CLASSES).input, name: 'image' } }],
    ['another output name', { output: { name: 'scores', meaning: 'probabilities' } }],
  ])('is MODEL_OUTPUT_INVALID with %s', async (_, change) => {
    const folder = await copyOfGood();
    await forge(folder, (manifest) => Object.assign(manifest, change));
    expect(await codeOf(loadBundle(folder))).toBe('MODEL_OUTPUT_INVALID');
  });

  it('is ARGUMENT_INVALID, naming the field, with a threshold of 2', async () => {
    const folder = await copyOfGood();
    await forge(folder, (manifest) => Object.assign(manifest, { threshold: 2 }));
    await expect(loadBundle(folder)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringContaining('threshold'),
    });
  });
});

describe('sealing', () => {
  it('makes a bundle whole whose weights and card a trainer replaced, with its figures', async () => {
    const folder = await copyOfGood();
    const { model } = inceptionV3({
      classes: 3,
      width: 0.1,
      minChannels: 8,
      inputSizePx: 75,
      averageFactor: 1,
      seed: 6,
    });
    await writeFile(join(folder, 'model.onnx'), encodeModel(model));
    await writeFile(join(folder, 'README.md'), 'Saw 12 patches.\n');
    expect(await codeOf(loadBundle(folder))).toBe('MODEL_HASH_MISMATCH');
    await mkdir(join(folder, 'figures'));
    await writeFile(join(folder, 'figures', 'roc.csv'), new Uint8Array(100_000));
    const trainingData = [{ name: 'twelve', licence: 'CC0-1.0', patches: 12 }];
    await sealBundle(folder, { version: '1.1.0', figures: { auc: 0.9 }, trainingData });
    const bundle = await loadBundle(folder);
    expect(bundle.manifest).toMatchObject({ version: '1.1.0', figures: { auc: 0.9 }, trainingData, patchSizePx: 75 });
    expect(bundle.manifest.files).toHaveProperty(['figures/roc.csv'], sha256(new Uint8Array(100_000)));
    const network = bundle.stages[0];
    expect(network.manifest.golden.expected).not.toEqual((await networkOf(good)).manifest.golden.expected);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('Saw 12 patches.\n');
    await using engine = await createOrtEngine({ ...network, batchSize: 2 });
    await checkGolden(engine, network);
    await sealBundle(folder, {}, 'from-manifest');
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toMatch(/^A small network: trained on 12 patches; not/);
  });

  it('refuses figures that are no numbers as ARGUMENT_INVALID and changes nothing', async () => {
    const folder = await copyOfGood();
    const figures = JSON.parse('{ "auc": "high" }');
    await expect(sealBundle(folder, { figures })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(await codeOf(loadBundle(folder))).toBe('loaded');
  });
});

describe('the models folder', () => {
  it('lists 2 bundles by name, one of them damaged, and no folder as none', async () => {
    const models = join(root, 'two');
    await cp(good, join(models, 'whole'), { recursive: true });
    await cp(good, join(models, 'broken'), { recursive: true });
    await flipBit(join(models, 'broken', 'model.json'));
    const entries = await listBundles(models);
    expect(entries.map((entry) => [entry.name, entry.state])).toEqual([
      ['broken', 'damaged'],
      ['whole', 'readable'],
    ]);
    expect(await listBundles(join(root, 'none'))).toEqual([]);
  });

  it('finds a bundle by name and says for an unknown one which there are', async () => {
    expect((await findBundle(join(root, 'models'), 'small')).manifest.name).toBe('small');
    for (const name of ['large', '../models/small', ''])
      await expect(findBundle(join(root, 'models'), name)).rejects.toMatchObject({
        code: 'MODEL_UNKNOWN',
        message: expect.stringContaining('installed: small'),
      });
    await expect(findBundle(join(root, 'none'), 'x')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });
});

it('writes the metastasis bundle with 297,178 parameters, whose card begins by saying that it is untrained', async () => {
  const folder = join(root, 'models', 'metastasis');
  const manifest = await writeInitialBundle(folder);
  expect(manifest).toMatchObject({ parameterCount: 297_178, patchSizePx: 299, stridePx: 128, mpp: 0.243 });
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toMatch(/^[^\n]*untrained/);
  const network = await networkOf(folder);
  await using engine = await createOrtEngine({ ...network, batchSize: 2 });
  await checkGolden(engine, network);
  await expect(writeInitialBundle(folder, { architecture: 'alexnet' })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: expect.stringContaining('inception-v3'),
  });
});
