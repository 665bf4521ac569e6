/** A model made elsewhere, from its file to findings on a slide, as a person does it. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisParameters } from '@gigascope/contracts';
import { Model, paths } from '@gigascope/contracts/http';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeModel } from '../../packages/models/src/onnx/model-file.ts';
import { runCommand, runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { startInstallation } from '../support/installation.ts';
import { segmentationLike, torchvisionLike } from '../unit/models/import/foreign-models.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let env: NodeJS.ProcessEnv;
const inWork = (...names: string[]): string => join(work.path, ...names);

beforeAll(async () => {
  work = await temporaryFolder();
  env = { GIGASCOPE_MODELS: inWork('models'), GIGASCOPE_BATCH: '8' };
  await writeFile(inWork('classifier.onnx'), encodeModel(torchvisionLike()));
  await mkdir(inWork('segmenter'));
  await writeFile(inWork('segmenter', 'unet.onnx'), encodeModel(segmentationLike(2)));
  await paintMetastasisPhantom({ seed: 12, widthPx: 1600, heightPx: 1208, out: inWork('slide.svs'), format: 'aperio' });
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

const MADE_FOR = ['--organ', 'lymph node', '--stain', 'H&E', '--licence', 'MIT'];

async function analyse(model: string): Promise<string[]> {
  const out = inWork(`out-${model}`);
  const { code, json } = await runJson(['analyze', inWork('slide.svs'), '--model', model, '--out', out], env);
  expect(code, JSON.stringify(json)).toBe(0);
  return await readdir(out);
}

it('lists the 8 options that a torchvision classifier needs, all at once, and installs nothing', async () => {
  const { code, stdout, stderr } = await runCommand(['models', 'import', inWork('classifier.onnx')], env);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^gigascope: MODEL_DETAILS_MISSING: .*Takes float32 NCHW images of 32 × 32 px as input\.1/);
  expect(stderr.match(/--[a-z-]+/g)).toEqual(
    ['name', 'classes', 'mpp', 'organ', 'stain', 'licence', 'positive', 'normalisation'].map((flag) => `--${flag}`),
  );
  expect((await runJson(['models', 'list'], env)).json).toEqual({ models: [] });
});

it('imports the classifier, checks it and analyses a slide with it', async () => {
  const args = ['models', 'import', inWork('classifier.onnx'), '--name', 'mine', '--classes', 'normal,tumour'];
  const rest = ['--positive', 'tumour', '--mpp', '0.972', '--normalisation', 'imagenet', ...MADE_FOR];
  const { code, json } = await runJson([...args, ...rest], env);
  expect(code, JSON.stringify(json)).toBe(0);
  expect(json).toMatchObject({ name: 'mine', task: 'classify', patchSizePx: 32, sha256: expect.any(String) });
  expect((await runJson(['models', 'check', 'mine'], env)).json).toMatchObject({ name: 'mine', ok: true });
  expect(await analyse('mine')).toEqual(
    expect.arrayContaining(['heatmap.npy', 'lesions.csv', 'overlay.png', 'result.json']),
  );
  const result = JSON.parse(await readFile(inWork('out-mine', 'result.json'), 'utf8'));
  expect(result.stamp).toMatchObject({ modelSha256: json['sha256'] });
  const again = await runJson([...args, ...rest], env);
  expect(again.json['error']).toMatchObject({ code: 'ARGUMENT_INVALID' });
  expect((await runJson([...args, ...rest, '--replace', '--model-version', '2.0.0'], env)).json).toMatchObject({
    version: '2.0.0',
  });
});

it('imports a segmenting model from a folder and outlines with it', async () => {
  const args = ['models', 'import', inWork('segmenter'), '--name', 'outlines', '--classes', 'other,tissue'];
  const rest = ['--mpp', '0.972', '--scale', '-1..1', '--min-area', '50', '--objects', ...MADE_FOR];
  const { code, json } = await runJson([...args, ...rest], env);
  expect(code, JSON.stringify(json)).toBe(0);
  expect(json).toMatchObject({ task: 'segment', objects: true, minAreaUm2: 50, outputSizePx: 32 });
  expect(await analyse('outlines')).toEqual(expect.arrayContaining(['segments.geojson', 'mask.tif', 'result.json']));
});

it('refuses a file that is no model as MODEL_UNSUPPORTED and a scale of its own as ARGUMENT_INVALID', async () => {
  const slide = await runJson(['models', 'import', inWork('slide.svs'), '--name', 'slide'], env);
  expect(slide).toMatchObject({ code: 1, json: { error: { code: 'MODEL_UNSUPPORTED' } } });
  const scale = await runJson(['models', 'import', inWork('classifier.onnx'), '--scale', '1/128'], env);
  expect(scale).toMatchObject({ code: 1, json: { error: { code: 'ARGUMENT_INVALID' } } });
});

it('registered over the API, analyses a slide on a worker that was already running', async () => {
  await using installation = await startInstallation({ backend: 'postgres', workerEnv: { GIGASCOPE_BATCH: '8' } });
  const details = {
    name: 'over-http',
    classes: 'normal,tumour',
    positive: 'tumour',
    mpp: '0.972',
    normalisation: 'imagenet',
  };
  const query = new URLSearchParams({ ...details, organ: 'lymph node', stain: 'H&E', licence: 'MIT' });
  const response = await fetch(`${installation.url}${paths.models}?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: await readFile(inWork('classifier.onnx')),
  });
  expect(response.status, await response.clone().text()).toBe(201);
  const { sha256 } = Model.parse(await response.json());
  const slide = await installation.upload(inWork('slide.svs'));
  const { id } = await installation.client.submit(slide.id, 'over-http', AnalysisParameters.parse({}));
  expect(await installation.wait(id)).toMatchObject({
    state: 'succeeded',
    model: { name: 'over-http', version: '1.0.0' },
  });
  const result = JSON.parse(new TextDecoder().decode(await installation.client.file(id, 'result.json')));
  expect(result.stamp.modelSha256).toBe(sha256);
});
