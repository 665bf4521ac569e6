import { readdir } from 'node:fs/promises';
import { Problem, paths, Slide, SlideQualityReport } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QualityQueue } from '../../services/api/src/quality/quality-queue.ts';
import { miraxFiles } from '../support/mirax-set.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { blurBox, paintField } from '../support/stained-field.ts';
import { zipFiles } from '../support/zip-files.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({}, 'open', {}, {}, true);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const ALL = { x: 0, y: 0, width: 2048, height: 1024 };

async function upload(mpp: number, seed: number): Promise<Slide> {
  const image = paintField(2048, 1024, { x: 0, y: 0, width: 1024, height: 1024 }, seed);
  await blurBox(image, ALL, 5);
  const body = Uint8Array.from(await zipFiles(await miraxFiles(image, 'phantom', mpp)));
  const response = await fetch(`${api.url}${paths.namedSlide('s.zip')}`, { method: 'PUT', body });
  expect(response.status).toBe(201);
  return Slide.parse(await response.json());
}

async function report(id: string): Promise<SlideQualityReport> {
  return SlideQualityReport.parse(await (await fetch(`${api.url}${paths.quality(id)}`)).json());
}

const ended = (id: string) =>
  expect.poll(() => report(id), { timeout: 20_000 }).not.toMatchObject({ state: 'pending' });

it('a blurred slide is ready at once, and then tells 4 numbers with 4 pictures', async () => {
  const { id, quality } = await upload(0.5, 1);
  expect(quality).toBe(null);
  await ended(id);
  const { state, shares, pictures, error } = await report(id);
  expect(error).toBe(null);
  expect(state).toBe('measured');
  expect(shares?.tissue).toBeCloseTo(0.5, 1);
  expect(shares).toMatchObject({ focus: 1, pen: 0, folds: 0 });
  expect(pictures.map(({ name }) => name)).toEqual(['tissue', 'focus', 'pen', 'folds']);
  for (const { url } of pictures) {
    const response = await fetch(`${api.url}${url}`);
    expect(response.headers.get('content-type')).toBe('image/png');
    const { format, width } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect({ format, width }).toEqual({ format: 'png', width: 128 });
  }
  const slide = Slide.parse(await (await fetch(`${api.url}${paths.slide(id)}`)).json());
  expect(slide).toMatchObject({ fileCount: 4, quality: shares });
});

it('a picture of another name is 400 or 404, and of a slide that is not measured 409', async () => {
  const { id } = await upload(0.5, 2);
  const early = await fetch(`${api.url}${paths.qualityPicture(id, 'pen')}`);
  if (early.status !== 200) expect(Problem.parse(await early.json()).code).toBe('RESULT_NOT_READY');
  expect([400, 404]).toContain((await fetch(`${api.url}${paths.qualityPicture(id, 'x')}`)).status);
  await ended(id);
});

it('a slide whose file is gone is recorded as failed and stays ready', async () => {
  const entered = await api.store.slides.create(DEFAULT_TENANT_ID, {
    ...{ name: 'gone', sizeBytes: 1, sha256: 'f'.repeat(64) },
    blobKey: api.blobs.drafts.newKey({ extension: '.svs', ownFolder: true }),
  });
  const { metadata, thumbnailKey } = (await api.store.slides.get(DEFAULT_TENANT_ID, (await upload(0.5, 3)).id)) ?? {};
  if (metadata == null || thumbnailKey == null) throw new Error('the slide is not ready');
  await api.store.slides.setState(DEFAULT_TENANT_ID, entered.id, 'ready', { metadata, thumbnailKey });
  expect(await api.store.slides.withoutQuality(DEFAULT_TENANT_ID)).toContain(entered.id);
  // As the next start does.
  await new QualityQueue(
    { store: api.store, blobs: api.blobs, probes: api.views },
    new AbortController().signal,
  ).takeUp();
  await ended(entered.id);
  expect(await report(entered.id)).toMatchObject({ state: 'failed', shares: null, error: { code: 'FILE_NOT_FOUND' } });
});

it('deleting a slide deletes its 4 pictures', async () => {
  const { id } = await upload(0.5, 4);
  await ended(id);
  const pngs = async (): Promise<number> =>
    (await readdir(api.blobsFolder, { recursive: true })).filter((name) => name.endsWith('.png')).length;
  const before = await pngs();
  expect((await fetch(`${api.url}${paths.slide(id)}`, { method: 'DELETE' })).status).toBeLessThan(300);
  await expect.poll(pngs).toBe(before - 4);
});
