import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importModel } from '@gigascope/models';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type ModelProto,
  TensorProto_DataLocation,
} from '../../../../packages/models/src/onnx/generated/onnx-ml_pb.js';
import { encodeModel } from '../../../../packages/models/src/onnx/model-file.ts';
import { torchvisionLike } from './foreign-models.ts';

const DETAILS = {
  name: 'apart',
  mpp: 0.5,
  organ: 'breast',
  stain: 'H&E',
  licence: 'MIT',
  normalisation: 'imagenet',
  classes: ['normal', 'tumour'],
  positive: 'tumour',
} as const;

let root: string;
let source: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'apart-'));
  source = join(root, 'source');
  await mkdir(source);
});
afterEach(() => rm(root, { recursive: true }));

/** Moves all weights into one file, one after the other, as PyTorch's exporter does. */
function moveWeights(model: ModelProto, location: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of model.graph?.initializer ?? []) {
    const entries = { location, offset: String(offset), length: String(tensor.rawData.length) };
    tensor.externalData = Object.entries(entries).map(([key, value]) => ({
      $typeName: 'onnx.StringStringEntryProto',
      key,
      value,
    }));
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    parts.push(tensor.rawData);
    offset += tensor.rawData.length;
    tensor.rawData = new Uint8Array();
  }
  return Buffer.concat(parts);
}

async function bring(model: ModelProto) {
  await writeFile(join(source, 'model.onnx'), encodeModel(model));
  const details = { ...DETAILS, classes: [...DETAILS.classes] };
  return await importModel(join(source, 'model.onnx'), details, { modelsFolder: join(root, 'models'), replace: true });
}

it('takes weights that lie beside the model into it: the bundle is the same to the byte', async () => {
  const whole = await bring(torchvisionLike());
  const model = torchvisionLike();
  await writeFile(join(source, 'model.onnx.data'), moveWeights(model, 'model.onnx.data'));
  const apart = await bring(model);
  expect(apart).toMatchObject({ state: 'imported' });
  expect(apart).toEqual(whole);
});

it.each(['../secret', '/etc/hostname', 'weights/model.data', '..', '.hidden', 'C:\\\\weights', 'absent.data', ''])(
  'refuses weights in "%s" as COMPANION_OUTSIDE_SLIDE',
  async (location) => {
    const model = torchvisionLike();
    await writeFile(join(root, 'secret'), moveWeights(model, location));
    await expect(bring(model)).rejects.toMatchObject({ code: 'COMPANION_OUTSIDE_SLIDE' });
  },
);

it('refuses weights that are a link, and a file that ends too early', async () => {
  const model = torchvisionLike();
  await writeFile(join(root, 'secret'), moveWeights(model, 'model.data'));
  await symlink(join(root, 'secret'), join(source, 'model.data'));
  await expect(bring(model)).rejects.toMatchObject({ code: 'COMPANION_OUTSIDE_SLIDE' });
  await rm(join(source, 'model.data'));
  await writeFile(join(source, 'model.data'), moveWeights(torchvisionLike(), 'model.data'));
  await truncate(join(source, 'model.data'), 100);
  await expect(bring(model)).rejects.toMatchObject({
    code: 'MODEL_UNSUPPORTED',
    detail: expect.stringMatching(/reaches beyond the end of model\.data$/),
  });
});
