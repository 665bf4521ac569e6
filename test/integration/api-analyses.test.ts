/** Analyses over HTTP. Longer than a file should be: all of it shares one database, one API and one finished analysis. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalysisResult, BundleManifest } from '@gigascope/contracts';
import {
  Analysis,
  AnalysisEvent,
  AnalysisPage,
  LesionList,
  ModelList,
  OUTPUT_FILES,
  type OutputFile,
  Problem,
  paths,
  Slide,
} from '@gigascope/contracts/http';
import { createConstantSlide } from '@gigascope/phantom';
import { type ArtifactRow, type ClaimedTask, DEFAULT_TENANT_ID, type StoredPlan } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

const SHA = '0'.repeat(64);
const WORKER = { workerId: '11111111-1111-4111-8111-111111111111', leaseMs: 60_000 };

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let api: RunningApi;
let slide: Slide;

const at = (path: string): string => `${api.url}${path}`;
const get = async (path: string): Promise<unknown> => (await fetch(at(path))).json();

const manifest = BundleManifest.parse({
  schemaVersion: 1,
  task: 'classify',
  name: 'metastasis',
  version: '1.0.0',
  title: 'Metastases in lymph nodes',
  architecture: 'inception-v3',
  classes: ['normal', 'tumour'],
  positiveClass: 'tumour',
  patchSizePx: 299,
  stridePx: 128,
  mpp: 0.5,
  input: { name: 'patches', layout: 'NHWC', dtype: 'uint8', colour: 'RGB', normalisation: 'in the graph' },
  output: { name: 'probabilities', meaning: 'probabilities' },
  padding: 'mirror',
  threshold: 0.5,
  nmsRadiusUm: 100,
  scope: { organ: 'lymph node', stain: 'H&E' },
  licence: 'Apache-2.0',
  intendedUse: 'research',
  trainingData: [],
  figures: {},
  parameterCount: 1,
  multiplyAddCount: 1,
  files: {},
  golden: { file: 'golden.rgb', expected: [0.1, 0.9] },
});

beforeAll(async () => {
  work = await temporaryFolder();
  const out = join(work.path, 'slide.svs');
  await createConstantSlide({ out, widthPx: 900, heightPx: 700, rgb: [190, 120, 170], format: 'aperio' });
  api = await startApi();
  await api.workerStore.models.register(manifest, SHA, '/nowhere');
  const headers = { 'content-type': 'application/octet-stream', 'x-slide-name': 'slide.svs' };
  const body = await readFile(out);
  slide = Slide.parse(await (await fetch(at(paths.slides), { method: 'POST', headers, body })).json());
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await work?.[Symbol.asyncDispose]();
});

async function submit(more: object = {}): Promise<Analysis> {
  const response = await post(paths.analyses, { slideId: slide.id, ...more });
  expect(response.status).toBe(202);
  return Analysis.parse(await response.json());
}

function post(path: string, body?: object): Promise<Response> {
  if (body === undefined) return fetch(at(path), { method: 'POST' });
  const headers = { 'content-type': 'application/json' };
  return fetch(at(path), { method: 'POST', headers, body: JSON.stringify(body) });
}

/** What the dispatcher and a worker do, one task at a time. */
async function claimNext(analysisId: string): Promise<ClaimedTask> {
  const [task] = await api.workerStore.connection.inNoTenant((tx) =>
    tx
      .updateTable('tasks')
      .set({ state: 'queued' })
      .where('id', '=', (tasks) =>
        tasks
          .selectFrom('tasks')
          .select('id')
          .where('analysisId', '=', analysisId)
          .where('state', '=', 'waiting')
          .orderBy('blockIndex')
          .limit(1),
      )
      .returning('id')
      .execute(),
  );
  const claimed = task === undefined ? null : await api.workerStore.tasks.claim(task.id, WORKER);
  if (claimed === null) throw new Error('nothing to claim');
  return claimed;
}

const grid = {
  columns: 4,
  rows: 3,
  stridePx: 128,
  patchSizePx: 299,
  targetMpp: 0.5,
  cellL0: { x: 256, y: 256 },
} as const;

async function plan(analysisId: string, blocks: number): Promise<void> {
  const task = await claimNext(analysisId);
  const { metadata } = task.slide;
  if (metadata === null) throw new Error('a slide without metadata');
  const stored: StoredPlan = {
    stage: 0,
    metadata,
    spacing: { x: 0.25, y: 0.25, source: 'vendor' },
    grid,
    tissueShare: 1,
    blocks: Array.from({ length: blocks }, (_, index) => ({
      index,
      colHeat: 2 * index,
      rowHeat: 0,
      columns: 2,
      rows: 3,
      tissueCells: 6,
    })),
    resolutionLow: false,
    outOfScope: null,
  };
  const thumbnail = await api.blobs.put(new Uint8Array(1), { extension: '.png' });
  expect(await api.workerStore.tasks.completePlan(task, stored, new Uint8Array(12).fill(1), thumbnail.key)).toBe(true);
}

async function predict(analysisId: string): Promise<void> {
  const task = await claimNext(analysisId);
  expect(await api.workerStore.tasks.completeBlock(task, new Uint8Array(24))).toBe(true);
}

const contentOf = (name: string): Buffer<ArrayBuffer> => Buffer.from(`the bytes of ${name}\n`);

async function finish(analysisId: string): Promise<AnalysisResult> {
  const task = await claimNext(analysisId);
  const { properties: _, ...metadata } = task.slide.metadata ?? { properties: {} };
  const result = AnalysisResult.parse({
    schemaVersion: 1,
    state: 'succeeded',
    task: 'classify',
    slide: { name: 'slide.svs', metadata, mpp: { x: 0.25, y: 0.25, source: 'vendor' } },
    model: { name: 'metastasis', version: '1.0.0', scope: 'lymph node, H&E' },
    grid,
    tissue: { method: 'saturation', share: 1, cells: 12 },
    score: 0.75,
    scoreMeaning: 'highest-probability',
    threshold: 0.5,
    positive: true,
    lesions: [
      {
        rank: 1,
        xL0: 128,
        yL0: 384,
        probability: 0.75,
        diameterUm: 256,
        diameterUncertaintyUm: 64,
        areaUm2: 49152,
        sizeClass: 'micro',
      },
    ],
    counts: [],
    grading: null,
    stages: [{ name: 'classify', cells: 12, blocks: 2, chosenCells: null }],
    warnings: [],
    stamp: {
      slideSha256: slide.sha256,
      modelSha256: SHA,
      codeVersion: '0.1.0',
      parameters: task.analysis.parameters,
      runtime: 'onnxruntime',
      provider: 'cpu',
      processor: 'x64',
    },
  });
  const artifacts: ArtifactRow[] = [];
  for (const [name, mediaType] of Object.entries(OUTPUT_FILES)) {
    const { key, sizeBytes } = await api.blobs.put(contentOf(name), { extension: `.${name.split('.').at(-1)}` });
    artifacts.push({ name, blobKey: key, mediaType, sizeBytes });
  }
  const heatmapKey = artifacts.find(({ name }) => name === 'heatmap.npy')?.blobKey ?? '';
  const finished = { result, heatmapKey, stamp: result.stamp, artifacts, detections: [], segments: null };
  expect(await api.workerStore.tasks.completeFinish(task, finished)).toBe(true);
  return result;
}

/** Reads a stream of events until it ends, or until `enough` says so. */
async function events(
  id: string,
  lastEventId?: string,
  enough: (seen: readonly AnalysisEvent[]) => boolean = () => false,
): Promise<AnalysisEvent[]> {
  const abort = new AbortController();
  const response = await fetch(at(paths.events(id)), {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    signal: abort.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const seen: AnalysisEvent[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, seq, data] = /^id: (\d+)\nevent: analysis\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (data === undefined) continue;
      const event = AnalysisEvent.parse(JSON.parse(data));
      expect(event.seq).toBe(Number(seq));
      seen.push(event);
    }
    if (enough(seen)) {
      abort.abort();
      break;
    }
  }
  return seen;
}

describe('models', () => {
  it('lists the 1 model of the installation with what it is made for', async () => {
    const { items } = ModelList.parse(await get(paths.models));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ name: 'metastasis', version: '1.0.0', sha256: SHA, mpp: 0.5, threshold: 0.5 });
    expect(items[0]).not.toHaveProperty('folder');
  });
});

describe('an analysis from its submission to its files', () => {
  let id: string;
  let result: AnalysisResult;

  it('is accepted with 202, queued, with the parameters’ defaults', async () => {
    const analysis = await submit({ lane: 'stat', priority: 7 });
    id = analysis.id;
    expect(analysis).toMatchObject({ slideId: slide.id, state: 'queued', lane: 'stat', score: null, positive: null });
    expect(analysis.model).toEqual({ name: 'metastasis', version: '1.0.0' });
    expect(analysis.progress).toMatchObject({ stage: 'queued', queuePosition: 0 });
    const row = await api.store.analyses.get(DEFAULT_TENANT_ID, id);
    expect(row).toMatchObject({ priority: 7, parameters: { tissue: null, orientations: 1, blockCells: 16 } });
  });

  it('has 1 analysis before it once another is queued behind it', async () => {
    const behind = await submit();
    expect(behind.progress.queuePosition).toBe(1);
    expect((await post(paths.cancel(behind.id))).status).toBe(200);
  });

  it('answers RESULT_NOT_READY for what it will leave, at each of 8 addresses', async () => {
    const addresses = [paths.result, paths.lesions, paths.lesionsCsv, paths.lesionsGeojson, paths.heatmapNpy];
    const files = [paths.heatmapPng(id), paths.file(id, 'overlay.png'), paths.file(id, 'result.json')];
    for (const path of [...addresses.map((address) => address(id)), ...files]) {
      const problem = Problem.parse(await get(path));
      expect(problem).toMatchObject({ status: 409, code: 'RESULT_NOT_READY', detail: 'queued' });
    }
  });

  it('tells its events as they happen, live, and ends after the last', async () => {
    const live = events(id);
    await plan(id, 2);
    expect(await get(paths.analysis(id))).toMatchObject({
      progress: { stage: 'blocks', blocksTotal: 2, cellsTotal: 12 },
    });
    await predict(id);
    await predict(id);
    result = await finish(id);
    const seen = await live;
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.map(({ kind }) => kind)).toEqual(['queued', 'started', 'planned', 'progress', 'progress', 'succeeded']);
    expect(seen.at(-2)?.progress).toMatchObject({ stage: 'finish', blocksDone: 2, cellsDone: 12 });
    expect(seen.at(-1)?.state).toBe('succeeded');
  });

  it('replays from any Last-Event-ID the same events as the first time, and answers 204 after the last', async () => {
    const all = await events(id);
    for (let after = 0; after < all.length; after++) {
      expect((await events(id, String(after))).map(({ seq }) => seq)).toEqual(all.slice(after).map(({ seq }) => seq));
    }
    const headers = { 'last-event-id': String(all.length) };
    expect((await fetch(at(paths.events(id)), { headers })).status).toBe(204);
    const wrong = await fetch(at(paths.events(id)), { headers: { 'last-event-id': '-1' } });
    expect(wrong.status).toBe(400);
  });

  it('shows score 0.75, positive, and its lesion', async () => {
    const analysis = Analysis.parse(await get(paths.analysis(id)));
    expect(analysis).toMatchObject({ state: 'succeeded', score: 0.75, positive: true, error: null });
    expect(analysis.finishedAt).not.toBeNull();
    const list = LesionList.parse(await get(paths.lesions(id)));
    expect(list).toEqual({ score: 0.75, threshold: 0.5, positive: true, lesions: result.lesions });
  });

  it.each(Object.entries(OUTPUT_FILES))(
    'serves %s byte for byte as %s, at its name and its own address',
    async (name, mediaType) => {
      const aliases: Partial<Record<string, string>> = {
        'result.json': paths.result(id),
        'heatmap.npy': paths.heatmapNpy(id),
        'heatmap.png': `${paths.heatmapPng(id)}?map=magma`,
        'lesions.csv': paths.lesionsCsv(id),
        'lesions.geojson': paths.lesionsGeojson(id),
      };
      for (const path of [paths.file(id, name as OutputFile), ...[aliases[name] ?? []].flat()]) {
        const response = await fetch(at(path));
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toBe(mediaType);
        expect(Buffer.from(await response.arrayBuffer()).equals(contentOf(name))).toBe(true);
      }
    },
  );

  it.each([
    ['a seventh file', () => paths.file(id, 'passwd' as OutputFile), 400],
    ['a file upwards', () => `${paths.analysis(id)}/files/..%2f..%2fresult.json`, 400],
    ['another colour map', () => `${paths.heatmapPng(id)}?map=jet`, 400],
    ['the result of no analysis', () => paths.result(slide.id), 404],
    ['the events of no analysis', () => paths.events(slide.id), 404],
  ])('refuses %s', async (_what, path, status) => {
    expect(Problem.parse(await get(path()))).toMatchObject({ status });
  });

  it('is over: stopping it answers 409 ANALYSIS_OVER', async () => {
    expect(Problem.parse(await (await post(paths.cancel(id))).json())).toMatchObject({
      status: 409,
      code: 'ANALYSIS_OVER',
    });
  });

  it('is listed among its slide’s, newest first', async () => {
    const page = AnalysisPage.parse(await get(`${paths.analyses}?slideId=${slide.id}&limit=200`));
    expect(page.items.map((item) => item.id)).toContain(id);
    expect(page.items.map((item) => item.id)).toEqual(
      page.items
        .map((item) => item.id)
        .toSorted()
        .reverse(),
    );
    expect(AnalysisPage.parse(await get(`${paths.analyses}?slideId=${id}`)).items).toEqual([]);
  });
});

describe('an analysis that does not succeed', () => {
  it('ends canceled at once, its stream too, and stays so when stopped twice', async () => {
    const { id } = await submit();
    const live = events(id);
    const first = Analysis.parse(await (await post(paths.cancel(id))).json());
    expect(first).toMatchObject({ state: 'canceled', error: { code: 'CANCELED' } });
    expect((await live).map(({ kind }) => kind)).toEqual(['queued', 'canceled']);
    expect((await post(paths.cancel(id))).status).toBe(200);
  });

  it('tells a code and a sentence when it fails, and details only of the slide’s faults', async () => {
    const { id } = await submit();
    const task = await claimNext(id);
    await api.workerStore.tasks.fail(task, 'SPACING_UNKNOWN', 'no mpp');
    const analysis = Analysis.parse(await get(paths.analysis(id)));
    expect(analysis).toMatchObject({ state: 'failed', error: { code: 'SPACING_UNKNOWN', detail: 'no mpp' } });
    expect(analysis.error?.title).toMatch(/\.$/);
    expect((await events(id)).at(-1)).toMatchObject({ state: 'failed', error: { code: 'SPACING_UNKNOWN' } });
  });
});

describe('what is no analysis', () => {
  it.each([
    ['a slide of nobody', 404, 'NOT_FOUND', { slideId: '3f0c4e0e-7c7e-4d8c-9f62-0a8a5a6c1b2d' }],
    ['a model of nobody', 404, 'MODEL_UNKNOWN', { model: 'nobody' }],
    ['a slide id that is none', 400, 'ARGUMENT_INVALID', { slideId: '../x' }],
    ['a threshold of 2', 400, 'ARGUMENT_INVALID', { parameters: { threshold: 2 } }],
    ['priority 101', 400, 'ARGUMENT_INVALID', { priority: 101 }],
    ['a field that is none', 400, 'ARGUMENT_INVALID', { tenantId: slide?.id ?? 'x' }],
    ['a lane that is none', 400, 'ARGUMENT_INVALID', { lane: 'fast' }],
    ['70 kB of JSON', 413, 'REQUEST_TOO_LARGE', { model: 'x'.repeat(70_000) }],
  ])('%s: %i %s', async (_what, status, code, more) => {
    const response = await post(paths.analyses, { slideId: slide.id, ...more });
    const problem = Problem.parse(await response.json());
    expect(problem).toMatchObject({ status, code });
    expect(response.status).toBe(status);
    if (code === 'ARGUMENT_INVALID') expect(problem.issues?.length).toBeGreaterThan(0);
  });

  it.each([
    ['text/plain', 415],
    ['application/json\ta', 415],
    ['application/jsonx', 415],
  ])('a body of type %s: %i', async (type, status) => {
    const reply = await api.app.inject({
      method: 'POST',
      url: paths.analyses,
      headers: { 'content-type': type },
      payload: '{}',
    });
    expect(reply.statusCode).toBe(status);
    expect(reply.headers['content-type']).toBe('application/problem+json');
  });

  it('JSON that is none: 400', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(at(paths.analyses), { method: 'POST', headers, body: '{"slideId":' });
    expect(Problem.parse(await response.json())).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID' });
  });
});

describe('a client that follows but does not read', () => {
  it('keeps under 100 kB of 20,000 events (7 MB) in memory, and has them all once it reads', async () => {
    const { id } = await submit();
    const accepted = once(api.app.server, 'connection') as Promise<[Socket]>;
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').pause();
    socket.write(`GET ${paths.events(id)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const [serverSide] = await accepted;
    const total = 20_000;
    await appendEvents(id, total - 1);
    expect((await post(paths.cancel(id))).status).toBe(200);
    // Until the line is full: the server's side has something that it cannot get rid of.
    await expect.poll(() => serverSide.writableLength, { timeout: 30_000 }).toBeGreaterThan(0);
    await sleep(500);
    expect(serverSide.writableLength).toBeLessThan(100_000);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.resume();
    await once(socket, 'close');
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
    expect(ids).toEqual(Array.from({ length: total + 1 }, (_, i) => i + 1));
  });
});

describe('closing the API', () => {
  it('ends the streams of 3 followers of an analysis that goes on', async () => {
    const { id } = await submit();
    let following = 0;
    const followers = Array.from({ length: 3 }, () =>
      events(id, undefined, ({ length }) => {
        following += length;
        return false;
      }),
    );
    await expect.poll(() => following, { timeout: 20_000 }).toBe(3);
    await api.app.close();
    for (const seen of await Promise.all(followers)) expect(seen.map(({ kind }) => kind)).toEqual(['queued']);
  });
});

async function appendEvents(analysisId: string, count: number): Promise<void> {
  await api.workerStore.connection.inNoTenant(async (tx) => {
    const { data } = await tx
      .selectFrom('events')
      .select('data')
      .where('analysisId', '=', analysisId)
      .executeTakeFirstOrThrow();
    const event = { analysisId, tenantId: DEFAULT_TENANT_ID, kind: 'progress' as const, data, at: new Date() };
    const rows = Array.from({ length: count }, (_, i) => ({ ...event, seq: i + 2 }));
    for (let i = 0; i < rows.length; i += 1000)
      await tx
        .insertInto('events')
        .values(rows.slice(i, i + 1000))
        .execute();
    await tx
      .updateTable('analyses')
      .set({ eventSeq: count + 1 })
      .where('id', '=', analysisId)
      .execute();
  });
}
