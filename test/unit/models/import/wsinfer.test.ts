import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrtEngine, importModel, loadBundle } from '@gigascope/models';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeModel } from '../../../../packages/models/src/onnx/model-file.ts';
import { patches } from '../small-classifier.ts';
import { binary, torchvisionLike } from './foreign-models.ts';

/** The form of the zoo's breast tumour model, whose network is not taken along. */
const CONFIG = {
  spec_version: '1.0',
  name: 'breast-tumor-resnet34.tcga-brca',
  architecture: 'resnet34',
  num_classes: 2,
  class_names: ['Other', 'Tumor'],
  patch_size_pixels: 50,
  spacing_um_px: 0.25,
  transform: [
    { name: 'Resize', arguments: { size: 32 } },
    { name: 'ToTensor' },
    { name: 'Normalize', arguments: { mean: [0.7238, 0.5716, 0.6779], std: [0.112, 0.1459, 0.1089] } },
  ],
};
const REST = { organ: 'breast', stain: 'H&E', licence: 'BSD-3-Clause' };

let root: string;
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wsinfer-'));
});
afterAll(() => rm(root, { recursive: true }));

async function bring(change: object, details = {}, model = torchvisionLike()) {
  const folder = join(root, `zoo-${folders++}`);
  await mkdir(folder);
  await writeFile(join(folder, 'model.onnx'), encodeModel(model));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...CONFIG, ...change }));
  return await importModel(folder, details, { modelsFolder: root, replace: true });
}

it('asks of a WSInfer folder only for organ, stain, licence and positive class', async () => {
  const outcome = await bring({});
  expect(outcome.state === 'incomplete' && outcome.missing.map(({ field }) => field)).toEqual([
    ...['organ', 'stain', 'licence', 'positive'],
  ]);
});

it('takes name, classes, 50 px at 0.25 µm/px and all three transforms into a bundle that runs', async () => {
  const outcome = await bring({}, { ...REST, positive: 'Tumor' });
  expect(outcome).toMatchObject({
    state: 'imported',
    manifest: {
      name: 'breast-tumor-resnet34-tcga-brca',
      title: 'breast-tumor-resnet34.tcga-brca',
      architecture: 'resnet34',
      classes: ['Other', 'Tumor'],
      patchSizePx: 50,
      stridePx: 50,
      mpp: 0.25,
      nmsRadiusUm: 12.5,
      input: {
        normalisation: 'resized to 32 px, b / 255, less mean 0.7238 0.5716 0.6779, over deviation 0.112 0.1459 0.1089',
      },
    },
  });
  const [stage] = (await loadBundle(join(root, 'breast-tumor-resnet34-tcga-brca'))).stages;
  await using engine = await createOrtEngine({ ...stage, batchSize: 3 });
  const { answers } = await engine.infer({ data: patches(3, 50), count: 3 });
  expect(new Set(answers.map(String)).size).toBe(3);
});

it('makes two classes of a single sigmoid class, the second of them positive', async () => {
  const outcome = await bring({ num_classes: 1, class_names: ['Tumor'] }, REST, binary('logit'));
  expect(outcome).toMatchObject({ manifest: { classes: ['other', 'Tumor'], positiveClass: 'Tumor' } });
});

it('lets a stated detail win over the config', async () => {
  const outcome = await bring({}, { ...REST, positive: 'Tumor', mpp: 0.5, stridePx: 25 });
  expect(outcome).toMatchObject({ manifest: { mpp: 0.5, stridePx: 25 } });
});

it('passes over the config.json of another program', async () => {
  const folder = join(root, 'hub');
  await mkdir(folder);
  await writeFile(join(folder, 'model.onnx'), encodeModel(torchvisionLike()));
  await writeFile(join(folder, 'config.json'), '{ "architecture": "resnet18", "num_classes": 2 }');
  const outcome = await importModel(folder, {}, { modelsFolder: root, replace: true });
  expect(outcome.state === 'incomplete' && outcome.missing).toHaveLength(8);
});

it.each([
  ['another specification', { spec_version: '2.0' }],
  ['3 classes with 2 names', { num_classes: 3 }],
  ['a transform of another name', { transform: [{ name: 'ColorJitter' }] }],
  ['no ToTensor', { transform: [{ name: 'Resize', arguments: { size: 32 } }] }],
  ['a resize after ToTensor', { transform: [{ name: 'ToTensor' }, { name: 'Resize', arguments: { size: 32 } }] }],
  ['a spacing of 0', { spacing_um_px: 0 }],
])('refuses a WSInfer config with %s as ARGUMENT_INVALID', async (_, change) => {
  await expect(bring(change, { ...REST, positive: 'Tumor' })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
    detail: expect.stringMatching(/^config\.json: /),
  });
});
