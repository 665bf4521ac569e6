import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnalysisParameters, type AnalysisPlan, engineProtocol } from '@gigascope/contracts';
import { Problem, paths, Slide } from '@gigascope/contracts/http';
import { type Bundle, loadBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { ServiceClient } from '@gigascope/processes';
import { DEFAULT_TENANT_ID as tenantId } from '@gigascope/store';
import { createPatchGrid } from '@gigascope/tiling';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivationEngine } from '../../services/api/src/activations/activation-engine.ts';
import { enterFinished } from '../support/finished-analysis.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { sampleResult } from '../support/store-samples.ts';

const METASTASIS = fileURLToPath(new URL('../../models/metastasis', import.meta.url));
const ENGINE_ENTRY = new URL('../../services/engine/src/main.ts', import.meta.url);
const OPTIONS = { timeoutMs: 60_000, idleMs: 60_000, maxWaiting: 4, maxMemoryBytes: 2 ** 31 };

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let api: RunningApi;
let bundle: Bundle;
let slidePath: string;
let slide: Slide;
let plan: Omit<AnalysisPlan, 'thumbnail'>;
/** Of an analysis that succeeded. */
let id: string;

beforeAll(async () => {
  work = await temporaryFolder();
  slidePath = join(work.path, 'slide.svs');
  await paintMetastasisPhantom({
    seed: 3001,
    widthPx: 1200,
    heightPx: 1000,
    lesions: [200],
    out: slidePath,
    format: 'aperio',
  });
  bundle = await loadBundle(METASTASIS);
  api = await startApi();
  const headers = { 'content-type': 'application/octet-stream', 'x-slide-name': 'slide.svs' };
  const body = await readFile(slidePath);
  slide = Slide.parse(await (await fetch(api.url + paths.slides, { method: 'POST', headers, body })).json());
  const { metadata } = slide;
  if (metadata === null || metadata.mpp === null) throw new Error('the slide is not ready');
  const known = { metadata: { ...metadata, properties: {} }, spacing: metadata.mpp };
  const grid = createPatchGrid({ ...known, targetMpp: 0.243, patchSizePx: 299, stridePx: 128 }).summary;
  const none = { tissueShare: 0, tissueCells: new Uint8Array(), blocks: [], resolutionLow: false, outOfScope: null };
  plan = { stage: 0, ...known, grid, ...none };
  id = await enter('metastasis');
  await setModel('metastasis', bundle.sha256);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await work?.[Symbol.asyncDispose]();
});

async function enter(modelName: string, changes: object = {}): Promise<string> {
  const { metadata, spacing: mpp, grid } = plan;
  const result = { ...sampleResult(0), slide: { name: 'slide.svs', metadata, mpp }, grid, ...changes };
  return await enterFinished(api.store, api.workerStore, { tenantId, slideId: slide.id, modelName, result });
}

/** Puts the shipped bundle in the place of the sample model of that name. */
async function setModel(name: string, sha256: string): Promise<void> {
  const values = [METASTASIS, sha256, name];
  await asOwner(api.ownerUrl, 'UPDATE models SET folder = $1, sha256 = $2 WHERE name = $3', values);
}

const get = (analysis: string, query: string): Promise<Response> => fetch(api.url + paths.activation(analysis) + query);
const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const problem = async (response: Response): Promise<unknown> => [
  response.status,
  Problem.parse(await response.json()).code,
];

const request = (xL0: number, yL0: number) => ({
  ...{ analysisId: 'a', model: { folder: METASTASIS, sha256: bundle.sha256 }, slidePath, plan, xL0, yL0 },
});

describe('GET /api/v1/analyses/:id/activation', () => {
  it('draws the patch about a point as PNG, the same bytes for each point of one cell and each time', async () => {
    const response = await get(id, '?x=300&y=200');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toContain('private');
    const png = await bytes(response);
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 598 * 2 + 8, height: 598 });
    expect((await bytes(await get(id, '?x=257&y=255.5'))).equals(png)).toBe(true);
    expect((await bytes(await get(id, '?x=1199&y=999'))).equals(png)).toBe(false);
  });

  it.each([
    ['?x=1200&y=200', 400, 'ARGUMENT_INVALID'],
    ['?x=200&y=1000', 400, 'ARGUMENT_INVALID'],
    ['?x=-1&y=0', 400, 'ARGUMENT_INVALID'],
    ['?x=1', 400, 'ARGUMENT_INVALID'],
  ])('answers %s, beyond the slide of 1200 × 1000 px or no point, by %i %s', async (query, status, code) => {
    expect(await problem(await get(id, query))).toEqual([status, code]);
  });

  it('answers 404 for no analysis, 409 for one without a result, 400 for a model that is no classifier', async () => {
    expect(await problem(await get(slide.id, '?x=1&y=1'))).toEqual([404, 'NOT_FOUND']);
    const model = await api.store.models.findByName('metastasis');
    const parameters = AnalysisParameters.parse({});
    const waiting = await api.store.analyses.submit(tenantId, {
      slideId: slide.id,
      modelId: model?.id ?? '',
      parameters,
    });
    expect(await problem(await get(waiting.id, '?x=1&y=1'))).toEqual([409, 'RESULT_NOT_READY']);
    const detecting = await enter('cells', { task: 'detect' });
    expect(await problem(await get(detecting, '?x=1&y=1'))).toEqual([400, 'ARGUMENT_INVALID']);
  });

  it('answers 503 MODEL_HASH_MISMATCH when the model’s folder holds another version than the analysis ran', async () => {
    const other = await enter('older');
    await setModel('older', 'f'.repeat(64));
    expect(await problem(await get(other, '?x=300&y=200'))).toEqual([503, 'MODEL_HASH_MISMATCH']);
    expect((await get(id, '?x=300&y=200')).status).toBe(200);
  });
});

describe('the engine that draws activations', () => {
  it('refuses the third request as BUSY while one runs and one may wait', async () => {
    await using engine = new ActivationEngine({ ...OPTIONS, maxWaiting: 1 });
    const taken = [engine.picture(request(300, 200)), engine.picture(request(500, 200))];
    await expect(engine.picture(request(700, 200))).rejects.toMatchObject({ code: 'BUSY' });
    const [first, second] = await Promise.all(taken);
    expect(Buffer.from(first ?? []).equals(Buffer.from(second ?? []))).toBe(false);
  });

  it('ends its process when nothing is asked for, and starts another after that and after a crash', async () => {
    await using engine = new ActivationEngine({ ...OPTIONS, idleMs: 50 });
    expect(engine.pids).toEqual([]);
    await engine.picture(request(300, 200));
    await expect.poll(() => engine.pids, { timeout: 20_000 }).toEqual([]);
    const second = engine.picture(request(300, 200));
    await expect.poll(() => engine.pids.length, { timeout: 20_000 }).toBe(1);
    process.kill(engine.pids[0] ?? 0, 'SIGKILL');
    await expect(second).rejects.toMatchObject({ code: 'NATIVE_CRASH' });
    expect((await engine.picture(request(300, 200))).length).toBeGreaterThan(1000);
  });

  it('gives up a request that waits when its signal aborts, and is CANCELED once closed', async () => {
    const engine = new ActivationEngine(OPTIONS);
    const first = engine.picture(request(300, 200));
    const abort = new AbortController();
    const second = engine.picture(request(300, 200), abort.signal);
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: 'CANCELED' });
    await first;
    const [pid = 0] = engine.pids;
    await engine[Symbol.asyncDispose]();
    expect(() => process.kill(pid, 0)).toThrow();
    await expect(engine.picture(request(300, 200))).rejects.toMatchObject({ code: 'CANCELED' });
  });
});

describe('the engine service', () => {
  it('cuts one patch of an open slide, makes its activation map, and refuses a cell outside the grid', async () => {
    await using client = new ServiceClient(ENGINE_ENTRY, engineProtocol, { timeoutMs: 60_000 });
    const loaded = await client.call('load', { bundleFolder: METASTASIS, orientations: 1, threads: 1, batchSize: 1 });
    expect(loaded.modelSha256).toBe(bundle.sha256);
    await client.call('open', { analysisId: 'a', path: slidePath, plan });
    const open = { analysisId: 'a', stage: 0 };
    const { patch } = await client.call('patch', { ...open, colHeat: 2, rowHeat: 1 });
    expect(patch).toHaveLength(299 * 299 * 3);
    expect((await client.call('patch', { ...open, colHeat: 2, rowHeat: 1, marginPx: 10 })).patch).toHaveLength(
      319 * 319 * 3,
    );
    const map = await client.call('activation', { stage: 0, patch });
    expect(map).toMatchObject({ classes: 2, height: 1, width: 1 });
    expect(map.map).toHaveLength(2);
    const outside = client.call('patch', { ...open, colHeat: plan.grid.columns, rowHeat: 0 });
    await expect(outside).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const short = client.call('activation', { stage: 0, patch: patch.subarray(3) });
    await expect(short).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
