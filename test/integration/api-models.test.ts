import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Model, ModelList, Problem, paths } from '@gigascope/contracts/http';
import { loadBundle } from '@gigascope/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../../packages/models/src/onnx/model-file.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { torchvisionLike, withOpset } from '../unit/models/import/foreign-models.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

const DETAILS = {
  name: 'uploaded',
  classes: 'normal,tumour',
  positive: 'tumour',
  mpp: '0.5',
  organ: 'lymph node',
  stain: 'H&E',
  licence: 'MIT',
  mean: '0.7,0.5,0.6',
  std: '0.1,0.1,0.1',
  stridePx: '16',
};

async function upload(body: Uint8Array, details: Record<string, string> = DETAILS, headers = {}): Promise<Response> {
  const query = new URLSearchParams(details);
  return await fetch(`${api.url}${paths.models}?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: Buffer.from(body),
  });
}

const models = async () => ModelList.parse(await (await fetch(`${api.url}${paths.models}`)).json()).items;

/** Every file below the blobs' folder: what a refused upload may not change. */
async function files(): Promise<string[]> {
  const entries = await readdir(api.blobsFolder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) =>
    entry.isFile() ? [relative(api.blobsFolder, join(entry.parentPath, entry.name))] : [],
  );
}

async function refused(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

describe('registering a model over the API', () => {
  it('answers 201 with the model, whose bundle is whole and has the hash that was answered, and keeps no upload', async () => {
    const response = await upload(encodeModel(torchvisionLike()));
    expect(response.status).toBe(201);
    const model = Model.parse(await response.json());
    expect(model).toMatchObject({
      name: 'uploaded',
      task: 'classify',
      mpp: 0.5,
      scope: { organ: 'lymph node', stain: 'H&E' },
    });
    expect(await models()).toEqual([model]);
    const row = await api.store.models.get(model.id);
    const bundle = await loadBundle(row?.folder ?? '');
    expect(bundle.sha256).toBe(model.sha256);
    expect(bundle.manifest).toMatchObject({ classes: ['normal', 'tumour'], stridePx: 16, patchSizePx: 32 });
    expect((await files()).filter((name) => name.endsWith('.onnx'))).toEqual([
      join('models', row?.folder.split('/').at(-1) ?? '', 'model.onnx'),
    ]);
  });

  it('gives the same row for the same bundle again, and wants another version for another one', async () => {
    const [before, kept] = [await models(), await files()];
    const again = await upload(encodeModel(torchvisionLike()));
    expect([again.status, Model.parse(await again.json())]).toEqual([201, before[0]]);
    const other = await upload(encodeModel(torchvisionLike()), { ...DETAILS, threshold: '0.7' });
    expect(await refused(other)).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID' });
    expect(await files()).toEqual(kept);
    const newer = await upload(encodeModel(torchvisionLike()), { ...DETAILS, threshold: '0.7', version: '2' });
    expect(newer.status).toBe(201);
    expect((await models()).map(({ version, threshold }) => [version, threshold])).toEqual([
      ['2', 0.7],
      ['1.0.0', 0.5],
    ]);
  });
});

describe('a model that is refused', () => {
  it('is 422 MODEL_DETAILS_MISSING with one issue for each of 6 missing details', async () => {
    const kept = await files();
    const { name, organ } = DETAILS;
    const problem = await refused(await upload(encodeModel(torchvisionLike()), { name, organ }));
    expect(problem).toMatchObject({
      status: 422,
      code: 'MODEL_DETAILS_MISSING',
      detail: 'Takes float32 NCHW images of 32 × 32 px as input.1. Gives values of 2 classes as output',
    });
    expect(problem.issues?.map(({ path }) => path)).toEqual([
      ...['/classes', '/mpp', '/stain', '/licence', '/positive', '/normalisation'],
    ]);
    expect(await files()).toEqual(kept);
  });

  it.each<[string, number, string, () => Uint8Array]>([
    ['of noise', 422, 'MODEL_UNSUPPORTED', () => new Uint8Array(10_000).fill(0x9c)],
    ['of nothing', 422, 'MODEL_UNSUPPORTED', () => new Uint8Array()],
    ['of operator set 40', 422, 'MODEL_UNSUPPORTED', () => encodeModel(withOpset(torchvisionLike(), 40))],
    [
      'that gives NaN',
      422,
      'MODEL_OUTPUT_INVALID',
      () => {
        const model = torchvisionLike();
        const weights = model.graph?.initializer.find(({ name }) => name === 'fc.weight');
        weights?.rawData.set(new Uint8Array(Float32Array.of(Number.NaN).buffer));
        return encodeModel(model);
      },
    ],
    [
      'with weights in another file',
      422,
      'COMPANION_OUTSIDE_SLIDE',
      () => {
        const model = torchvisionLike();
        const weights = model.graph?.initializer[0];
        if (weights === undefined) throw new Error('no weights');
        weights.dataLocation = 1;
        weights.externalData.push({
          $typeName: 'onnx.StringStringEntryProto',
          key: 'location',
          value: '../../../etc/hostname',
        });
        return encodeModel(model);
      },
    ],
  ])('%s is %d %s, and nothing is left of it', async (_, status, code, make) => {
    const [kept, before] = [await files(), await models()];
    expect(await refused(await upload(make()))).toMatchObject({ status, code });
    expect([await files(), await models()]).toEqual([kept, before]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a detail of no such name', { ...DETAILS, magnification: '40' }, '/'],
    ['an mpp of words', { ...DETAILS, mpp: 'forty' }, '/mpp'],
    ['a name with a path in it', { ...DETAILS, name: '../../metastasis' }, '/name'],
  ])('with %s is 400 ARGUMENT_INVALID before its body is read', async (_, details, path) => {
    const problem = await refused(await upload(encodeModel(torchvisionLike()), details));
    expect(problem).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID', issues: [{ path }] });
  });

  it('is 415 when compressed and 413 when it is announced to be larger than uploads may be', async () => {
    const compressed = await upload(new Uint8Array(10), DETAILS, { 'content-encoding': 'gzip' });
    expect(await refused(compressed)).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' });
    const json = await upload(new Uint8Array(Buffer.from('{}')), DETAILS, { 'content-type': 'application/json' });
    expect(await refused(json)).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' });
    await using narrow = await startApi({ maxUploadBytes: 1000 });
    const large = await fetch(`${narrow.url}${paths.models}?${new URLSearchParams(DETAILS)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.alloc(1001),
    });
    expect(await refused(large)).toMatchObject({ status: 413, code: 'UPLOAD_TOO_LARGE' });
  });
});
