/** Why a patch was called what it was, asked for on the page and answered by the real engine with the shipped model. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paths, Slide } from '@gigascope/contracts/http';
import { loadBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { createPatchGrid } from '@gigascope/tiling';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { sampleResult } from '../support/store-samples.ts';
import { boxOf, distance, openPage, PATIENCE_MS, pixels, type Rgb } from './browser.ts';
import { buildPage } from './built-page.ts';

const METASTASIS = fileURLToPath(new URL('../../models/metastasis', import.meta.url));
const [WIDTH_L0, HEIGHT_L0] = [1200, 1000];
const [PATCH_PX, STRIDE_PX, TARGET_MPP] = [299, 128, 0.243];
/** Of the line about what is chosen. */
const FRAME: Rgb = [92, 208, 255];
const TOLERANCE_PX = 3;

describe('the class activation of the patch under the pointer', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let api: RunningApi;
  let page: Page;
  let complaints: string[];
  let slidePath: string;
  let mpp: { readonly x: number; readonly y: number };
  let slide: Slide;

  beforeAll(async () => {
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    api = resources.use(await startApi());
    slidePath = join(folder.path, 'slide.svs');
    await paintMetastasisPhantom({
      ...{ seed: 3001, widthPx: WIDTH_L0, heightPx: HEIGHT_L0, lesions: [200], out: slidePath, format: 'aperio' },
    });
    const headers = { 'content-type': 'application/octet-stream', 'x-slide-name': 'slide.svs' };
    const body = await readFile(slidePath);
    slide = Slide.parse(await (await fetch(api.url + paths.slides, { method: 'POST', headers, body })).json());
    const { metadata } = slide;
    if (metadata?.mpp == null) throw new Error('the slide is not ready');
    mpp = metadata.mpp;
    const known = { metadata: { ...metadata, properties: {} }, spacing: metadata.mpp };
    const { summary: grid } = createPatchGrid({
      ...{ ...known, targetMpp: TARGET_MPP, patchSizePx: PATCH_PX, stridePx: STRIDE_PX },
    });
    const result = { ...sampleResult(0), slide: { name: slide.name, metadata, mpp: metadata.mpp }, grid };
    const { key: blobKey, sizeBytes } = await api.blobs.put(Buffer.from(JSON.stringify(result)), {
      extension: '.json',
    });
    const artifacts = [{ name: 'result.json', blobKey, mediaType: 'application/json', sizeBytes }];
    const of = { tenantId: DEFAULT_TENANT_ID, slideId: slide.id, modelName: 'metastasis', result, artifacts };
    await enterFinished(api.store, api.workerStore, of);
    const { sha256 } = await loadBundle(METASTASIS);
    const values = [METASTASIS, sha256, 'metastasis'];
    await asOwner(api.ownerUrl, 'UPDATE models SET folder = $1, sha256 = $2 WHERE name = $3', values);
    ({ page, complaints } = resources.use(await openPage(api.url)));
    await page.goto(`${api.url}/#/slides/${slide.id}`);
    await page.locator('.viewer[data-ready=true]').waitFor();
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  /** The upper left corner of a cell's patch, by the definition of the grid; target pixels. */
  const patchStart = (cell: number): number => cell * STRIDE_PX - Math.floor((PATCH_PX - STRIDE_PX) / 2);

  /** The slide's own pixels of a cell's patch, as large as `sidePx`. */
  async function patchOf(column: number, row: number, sidePx: number): Promise<Buffer> {
    const [fx, fy] = [TARGET_MPP / mpp.x, TARGET_MPP / mpp.y];
    const area = {
      ...{ left: Math.round(patchStart(column) * fx), top: Math.round(patchStart(row) * fy) },
      ...{ width: Math.round(PATCH_PX * fx), height: Math.round(PATCH_PX * fy) },
    };
    const cut = sharp(slidePath, { page: 0, limitInputPixels: false }).extract(area);
    return cut.resize(sidePx, sidePx, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  }

  /** The left half of the picture on the page: the patch that the model was given. */
  async function shownPatch(sidePx: number): Promise<Buffer> {
    const picture = page.locator('.activation img');
    const refused = page.locator('.activation .note');
    await picture.or(refused).first().waitFor();
    if (await refused.isVisible()) throw new Error((await refused.textContent()) ?? '');
    const base64 = await picture.evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    });
    const png = sharp(Buffer.from(base64, 'base64'));
    const { width = 0, height = 0 } = await png.metadata();
    expect([width, height]).toEqual([4 * PATCH_PX + 8, 2 * PATCH_PX]);
    const left = png.extract({ left: 0, top: 0, width: 2 * PATCH_PX, height: 2 * PATCH_PX });
    return left.resize(sidePx, sidePx, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  }

  const off = (a: Buffer, b: Buffer): number =>
    a.reduce((sum, value, k) => sum + Math.abs(value - (b[k] ?? 0)), 0) / a.length;

  it.each([
    [2, 2],
    [1, 5],
    // Where the picture would cover it if it did not move to the other side.
    [6, 5],
  ])(
    'is of the cell in column %d and row %d that it points at, framed on the slide, and of no neighbour',
    async (column, row) => {
      const stage = await boxOf(page.locator('.viewer-stage'));
      const scale = Math.min(stage.width / WIDTH_L0, stage.height / HEIGHT_L0);
      const cellL0 = (STRIDE_PX * TARGET_MPP) / mpp.x;
      const onScreen = (col: number, line: number) =>
        [
          stage.x + stage.width / 2 + (col * cellL0 - WIDTH_L0 / 2) * scale,
          stage.y + stage.height / 2 + (line * cellL0 - HEIGHT_L0 / 2) * scale,
        ] as const;
      await page.locator('.openseadragon-canvas').first().focus();
      // Off the cell's middle, still within it.
      await page.mouse.move(...onScreen(column + 0.3, row + 0.7));
      await page.keyboard.press('a');
      const shown = await shownPatch(100);
      const own = off(shown, await patchOf(column, row, 100));
      const neighbours = await Promise.all(
        [
          [0, -1],
          [1, 0],
          [0, 1],
        ].map(async ([dx = 0, dy = 0]) => off(shown, await patchOf(column + dx, row + dy, 100))),
      );
      // The frame of the cell that both halves carry is the rest.
      expect(own).toBeLessThan(8);
      expect(Math.min(...neighbours)).toBeGreaterThan(2 * own);

      const at = await pixels(page, `activation-${column}-${row}.png`);
      const [x0, y0] = onScreen(column, row);
      const [x1, y1] = onScreen(column + 1, row + 1);
      const isLine = (x: number, y: number, dx: number, dy: number): boolean =>
        Array.from({ length: 2 * TOLERANCE_PX + 1 }, (_, k) => k - TOLERANCE_PX).some(
          (k) => distance(at(Math.round(x + k * dx), Math.round(y + k * dy)), FRAME) < 40,
        );
      const [xm, ym] = [(x0 + x1) / 2, (y0 + y1) / 2];
      expect([isLine(x0, ym, 1, 0), isLine(x1, ym, 1, 0), isLine(xm, y0, 0, 1), isLine(xm, y1, 0, 1)]).toEqual([
        ...[true, true, true, true],
      ]);
      expect(isLine(xm, ym, 1, 0)).toBe(false);
      await page.keyboard.press('Escape');
      await page.locator('.activation').waitFor({ state: 'detached' });
    },
  );

  it('logged no error but that of the map that this analysis has not', () => {
    expect(complaints.filter((text) => !/status of 404/.test(text))).toEqual([]);
  });
});
