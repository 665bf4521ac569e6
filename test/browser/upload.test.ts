/** A person's first minutes, in a real browser against everything that `gigascope up` starts. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisResult, ERRORS } from '@gigascope/contracts';
import { colourAt } from '@gigascope/contracts/colours';
import { AnalysisPage, paths, SlidePage } from '@gigascope/contracts/http';
import { readNpy } from '@gigascope/findings';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellAt } from '../../services/dashboard/src/viewer/geometry.ts';
import { cellOpacity } from '../../services/dashboard/src/viewer/heat-colours.ts';
import { startCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { type Box, boxOf, distance, openPage, PATIENCE_MS, pixels, type Rgb, SCREENSHOTS } from './browser.ts';
import { buildPage } from './built-page.ts';

const [WIDTH_L0, HEIGHT_L0] = [3000, 2500];
const OPACITY = 0.7;

describe('a slide dropped into the page', { timeout: 2 * PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let complaints: string[];
  let url: string;
  let folder: string;
  let slidePath: string;
  let lesion: { readonly xL0: number; readonly yL0: number };
  let page: Page;

  beforeAll(async () => {
    folder = resources.use(await temporaryFolder()).path;
    // As root the database runs as another user, who must be able to pass through.
    await chmod(folder, 0o711);
    await buildPage();

    slidePath = join(folder, 'phantom.svs');
    const drawn = await paintMetastasisPhantom({
      seed: 7,
      widthPx: WIDTH_L0,
      heightPx: HEIGHT_L0,
      lesions: [300],
      format: 'aperio',
      out: slidePath,
    });
    const truth = drawn.lesions[0];
    if (!truth) throw new Error('the phantom has no lesion');
    lesion = truth;

    const up = startCommand(['up', '--port', '0', '--data', join(folder, 'data')]);
    let errors = '';
    up.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    resources.defer(async () => {
      if (up.exitCode !== null) return;
      const closed = once(up, 'close');
      up.kill('SIGTERM');
      await closed;
    });
    url = await new Promise<string>((resolve, reject) => {
      let output = '';
      up.stdout?.on('data', (chunk) => {
        output += chunk;
        const address = /http:\/\/[\d.:]+/.exec(output)?.[0];
        if (address && output.includes('\n')) resolve(address);
      });
      up.once('close', (code) => reject(new Error(`gigascope up ended with ${code}: ${errors}`)));
    });

    ({ page, complaints } = resources.use(await openPage(url)));
  }, 2 * PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  it('is sent with progress, bytes and speed, and opens by itself', async () => {
    await page.goto(url);
    await page.getByText('No slides yet.').waitFor();
    const bytes = (await readFile(slidePath)).byteLength;
    const limit = await throttle(page);
    await limit(bytes / 4);
    await page.getByLabel('Add slides').last().setInputFiles(slidePath);
    const bar = page.getByRole('progressbar', { name: 'Upload of phantom.svs' });
    await page.getByText(/MB of \d.*MB/).waitFor();
    await page.getByText(/B\/s · .* left/).waitFor();
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeLessThan(100);
    await page.screenshot({ path: join(SCREENSHOTS, 'upload.png') });
    await page.locator('.viewer[data-ready=true]').waitFor();
    await limit(-1);
    await page.getByRole('heading', { name: 'phantom.svs' }).waitFor();
  });

  it('is analysed with live progress', async () => {
    // There may be models for other tissue too.
    await page.getByLabel('Model').selectOption('metastasis');
    await page.getByRole('button', { name: 'Analyse' }).click();
    await page.getByRole('progressbar', { name: 'Progress of the analysis' }).waitFor();
    await page.getByText(/\d of \d+ blocks/).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'running.png') });
    await page.getByText('Slide score').waitFor();
  });

  it('shows the map’s value in every cell of the slide, and the lesion under the map', async () => {
    const { map, grid } = await fetchMap(url);
    const stage = await boxOf(page.locator('.viewer-stage'));
    // The whole slide as large as it fits, in the middle: worked out from sizes, not from where the map was put.
    const scale = Math.min(stage.width / WIDTH_L0, stage.height / HEIGHT_L0);
    const left = stage.x + (stage.width - WIDTH_L0 * scale) / 2;
    const top = stage.y + (stage.height - HEIGHT_L0 * scale) / 2;
    await showMarks(page, false);
    const withMap = await pixels(page, 'whole.png');
    await showHeatmap(page, false);
    const bare = await pixels(page, 'whole-bare.png');

    let [compared, wrong, shiftedWrong] = [0, 0, 0];
    for (let row = 0; row < grid.rows; row++) {
      for (let column = 0; column < grid.columns; column++) {
        const [xL0, yL0] = [(column + 0.5) * grid.cellL0.x, (row + 0.5) * grid.cellL0.y];
        const [x, y] = [Math.floor(left + xL0 * scale), Math.floor(top + yL0 * scale)];
        if (xL0 >= WIDTH_L0 || yL0 >= HEIGHT_L0 || covered(x, y, stage)) continue;
        compared++;
        wrong += distance(withMap(x, y), under(bare(x, y), map(column, row))) > 3 ? 1 : 0;
        shiftedWrong += distance(withMap(x, y), under(bare(x, y), map(column + 1, row))) > 3 ? 1 : 0;
      }
    }
    expect(compared).toBeGreaterThan(300);
    expect(wrong).toBe(0);
    // The comparison can fail: one cell further on it does.
    expect(shiftedWrong).toBeGreaterThan(20);

    const [column, row] = cellAt(lesion.xL0, lesion.yL0, grid);
    expect(map(column, row)).toBeGreaterThanOrEqual(0.5);
    await showHeatmap(page, true);
  });

  it('flies to a lesion chosen in the list: its mark and its cell’s colour are in the middle', async () => {
    const { map, grid, result } = await fetchMap(url);
    const first = result.lesions[0];
    if (!first) throw new Error('no lesion was found');
    await page.getByRole('button', { name: /^Lesion 1,/ }).click();
    await showMarks(page, true);
    const stage = await boxOf(page.locator('.viewer-stage'));
    const [x, y] = [stage.x + stage.width / 2, stage.y + stage.height / 2];
    const offCentrePx = async (): Promise<number> => {
      const mark = await boxOf(page.locator('.mark').first());
      return Math.max(Math.abs(mark.x + mark.width / 2 - x), Math.abs(mark.y + mark.height / 2 - y));
    };
    await expect.poll(offCentrePx, { timeout: 60_000 }).toBeLessThanOrEqual(1);
    await page.screenshot({ path: join(SCREENSHOTS, 'lesion.png') });
    await showMarks(page, false);
    const withMap = await pixels(page, 'lesion-map.png');
    await showHeatmap(page, false);
    const bare = await pixels(page, 'lesion-bare.png');
    const [column, row] = cellAt(first.xL0, first.yL0, grid);
    const at = [Math.round(x), Math.round(y)] as const;
    expect(distance(withMap(...at), under(bare(...at), map(column, row)))).toBeLessThanOrEqual(3);
  });

  it('goes from lesion to lesion and hides the map by keyboard, and keeps the slide after reloading', async () => {
    await showMarks(page, true);
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('n');
    await expectPressed(page.locator('.mark').nth(1));
    await page.keyboard.press('p');
    await expectPressed(page.locator('.mark').first());
    await page.keyboard.press('h');
    await page.locator('.heatmap').waitFor({ state: 'visible' });
    await page.reload();
    await page.locator('.heatmap').waitFor();
    await page.getByText('Slide score').waitFor();
  });

  it('is paused half-way, stays there, goes on when it is resumed, and is whole to the byte', async () => {
    const path = join(folder, 'second.svs');
    await paintMetastasisPhantom({
      seed: 8,
      widthPx: 4000,
      heightPx: 3000,
      lesions: [300],
      format: 'aperio',
      out: path,
    });
    const bytes = await readFile(path);
    await page.goto(`${url}/#/`);
    const limit = await throttle(page);
    await limit(bytes.byteLength / 6);
    await page.getByLabel('Add slides').last().setInputFiles(path);
    const bar = page.getByRole('progressbar', { name: 'Upload of second.svs' });
    const percent = async () => Number(await bar.getAttribute('aria-valuenow'));
    await expect.poll(percent, { timeout: 60_000 }).toBeGreaterThan(15);
    await page.getByRole('button', { name: 'Pause the upload of second.svs' }).click();
    await page.getByText(/^Paused/).waitFor();
    const paused = await percent();
    expect(paused).toBeLessThan(100);
    await page.screenshot({ path: join(SCREENSHOTS, 'upload-paused.png') });
    const sent: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith(paths.uploads)) sent.push(request.method());
    });
    await page.waitForTimeout(2000);
    expect([await percent(), sent]).toEqual([paused, []]);
    await limit(-1);
    await page.getByRole('button', { name: 'Resume the upload of second.svs' }).click();
    await page.getByRole('heading', { name: 'second.svs' }).waitFor();
    // It asks how much arrived and sends the rest to the same upload; it begins no other.
    expect(sent).toContain('HEAD');
    expect(sent).not.toContain('POST');
    const { items } = SlidePage.parse(await (await fetch(`${url}${paths.slides}?q=second`)).json());
    expect(items).toMatchObject([{ sizeBytes: bytes.byteLength, sha256: sha256(bytes) }]);
  });

  it('says why a file is refused, sends it again when asked to, and lets it be put away', async () => {
    await page.goto(`${url}/#/`);
    const begun: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && new URL(request.url()).pathname === paths.uploads) begun.push(request.url());
    });
    const refused = page.locator('.upload').filter({ hasText: 'no-slide.svs' });
    await page
      .getByLabel('Add slides')
      .last()
      .setInputFiles({ name: 'no-slide.svs', mimeType: '', buffer: Buffer.from('text') });
    await refused.getByText('FORMAT_UNSUPPORTED').waitFor();
    expect(await refused.textContent()).toContain(ERRORS.FORMAT_UNSUPPORTED.title);
    await page.getByRole('button', { name: 'Upload no-slide.svs again' }).click();
    await expect.poll(() => begun.length).toBe(2);
    await refused.getByText('FORMAT_UNSUPPORTED').waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'upload-refused.png') });
    await page.getByRole('button', { name: 'Remove no-slide.svs from this list' }).click();
    await refused.waitFor({ state: 'detached' });
  });

  it('logged no error and asked no other host', () => {
    // Of a paused upload the server may still be writing what was on the line as it goes on: it says 409, and is asked again.
    expect(complaints.filter((text) => !text.includes('409 (Conflict)'))).toEqual([]);
  });
});

/** Sets how many bytes a second the page may send; -1: as many as it can. */
async function throttle(page: Page): Promise<(bytesPerSecond: number) => Promise<void>> {
  const network = await page.context().newCDPSession(page);
  const unlimited = { offline: false, latency: 0, downloadThroughput: -1 };
  return async (uploadThroughput) => {
    await network.send('Network.emulateNetworkConditions', { ...unlimited, uploadThroughput });
  };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function showHeatmap(page: Page, on: boolean): Promise<void> {
  await page.getByLabel('Heatmap', { exact: true }).setChecked(on);
  await page.locator('.heatmap').waitFor({ state: on ? 'visible' : 'hidden' });
}

async function showMarks(page: Page, on: boolean): Promise<void> {
  await page.getByLabel('Marks').setChecked(on);
  await page
    .locator('.mark')
    .first()
    .waitFor({ state: on ? 'visible' : 'hidden' });
}

async function expectPressed(mark: Locator): Promise<void> {
  await expect.poll(() => mark.getAttribute('aria-pressed'), { timeout: 60_000 }).toBe('true');
}

async function fetchMap(url: string) {
  const analyses = AnalysisPage.parse(await (await fetch(url + paths.analyses)).json());
  const id = analyses.items[0]?.id ?? '';
  const result = AnalysisResult.parse(await (await fetch(url + paths.result(id))).json());
  const { data } = readNpy(new Uint8Array(await (await fetch(url + paths.heatmapNpy(id))).arrayBuffer()));
  const { grid } = result;
  const map = (column: number, row: number): number => data[row * grid.columns + column] ?? Number.NaN;
  return { result, grid, map };
}

/** What a pixel of tissue looks like under a cell of that probability. */
function under(tissue: Rgb, probability: number): Rgb {
  const alpha = cellOpacity(probability) * OPACITY;
  const colour = Number.isNaN(probability) ? tissue : colourAt('magma', probability);
  const mix = (channel: 0 | 1 | 2): number => tissue[channel] * (1 - alpha) + colour[channel] * alpha;
  return [mix(0), mix(1), mix(2)];
}

/** Whether the navigator, the scale bar or the line of keys covers a place. */
function covered(x: number, y: number, stage: Box): boolean {
  const [fromRight, fromTop, fromBottom] = [stage.x + stage.width - x, y - stage.y, stage.y + stage.height - y];
  return (fromRight < 130 && fromTop < 130) || fromBottom < 56;
}
