/** A slide in its own tiles looks as it does in Deep Zoom tiles, up to its border, where the file's tiles hold padding. */
import { join } from 'node:path';
import { paths } from '@gigascope/contracts/paths';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { uploadFile } from '../support/slides-of-api.ts';
import { boxOf, distance, openPage, PATIENCE_MS, pixels, type Rgb } from './browser.ts';
import { buildPage } from './built-page.ts';

/** No whole number of tiles of 256 px either way. */
const [WIDTH_L0, HEIGHT_L0] = [1400, 1200];
/** Means of blocks: OpenSeadragon draws tiles without an overlap up to one screen pixel larger. */
const BLOCK_PX = 24;
/** Of 255: a tile at the wrong place or squeezed with its padding is off by far more, a seam by half of it. */
const MOST_OFF = 12;

describe('a slide in its own tiles', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let api: RunningApi;
  let page: Page;
  let id: string;
  const asked: string[] = [];

  beforeAll(async () => {
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    api = resources.use(await startApi());
    const out = join(folder.path, 'phantom.svs');
    await paintMetastasisPhantom({
      seed: 7,
      widthPx: WIDTH_L0,
      heightPx: HEIGHT_L0,
      format: 'aperio',
      tileSizePx: 256,
      out,
    });
    ({ id } = await uploadFile(api, out, 'phantom.svs'));
    ({ page } = resources.use(await openPage(api.url)));
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  async function shown(name: string) {
    asked.length = 0;
    await page.goto('about:blank');
    await page.goto(`${api.url}/#/slides/${id}`);
    await page.locator('.viewer[data-ready=true]').waitFor();
    await page.waitForTimeout(2000);
    const stage = await boxOf(page.locator('.viewer-stage'));
    return { stage, at: await pixels(page, name), tiles: asked.filter((path) => path.endsWith('.jpg')) };
  }

  it('is drawn from them, border included, as it is from Deep Zoom tiles', async () => {
    const own = await shown('native-tiles.png');
    expect(own.tiles.filter((path) => path.startsWith(paths.native(id))).length).toBeGreaterThan(4);
    await page.route(`**${paths.native(id)}`, (route) => route.fulfill({ json: { levels: [] } }));
    const deepZoom = await shown('deep-zoom-tiles.png');
    expect(deepZoom.tiles.filter((path) => path.startsWith(paths.native(id)))).toEqual([]);
    const { x, y, width, height } = own.stage;
    expect(deepZoom.stage).toEqual(own.stage);
    const off: number[] = [];
    for (let top = Math.ceil(y) + 2; top + BLOCK_PX < y + height; top += BLOCK_PX) {
      for (let left = Math.ceil(x) + 2; left + BLOCK_PX < x + width; left += BLOCK_PX) {
        off.push(distance(meanOf(own.at, left, top), meanOf(deepZoom.at, left, top)));
      }
    }
    expect(off.length).toBeGreaterThan(500);
    expect(Math.max(...off)).toBeLessThanOrEqual(MOST_OFF);
  });
});

function meanOf(at: (x: number, y: number) => Rgb, left: number, top: number): Rgb {
  const sum = [0, 0, 0];
  for (let dy = 0; dy < BLOCK_PX; dy++) {
    for (let dx = 0; dx < BLOCK_PX; dx++) {
      for (const [channel, value] of at(left + dx, top + dy).entries()) sum[channel] = (sum[channel] ?? 0) + value;
    }
  }
  const [red = 0, green = 0, blue = 0] = sum.map((value) => value / BLOCK_PX ** 2);
  return [red, green, blue];
}
