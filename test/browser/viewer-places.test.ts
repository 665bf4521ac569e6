/** Whether marks, tissue and heatmap lie on one another in a real browser: at several zooms, and turned. */
import { colourAt } from '@gigascope/contracts/colours';
import type { Slide } from '@gigascope/contracts/http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellOpacity } from '../../services/dashboard/src/viewer/heat-colours.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { boxOf, distance, openPage, PATIENCE_MS, pixels, type Rgb } from './browser.ts';
import { buildPage } from './built-page.ts';
import { CELL_L0, enter, HEIGHT_L0, makeSlide, WIDTH_L0 } from './findings-scene.ts';
import { enterLesions, LESIONS, probabilityAt } from './review-scene.ts';

const DARK: Rgb = [96, 60, 120];
const [MPP, OPACITY] = [0.25, 0.7];
const TOLERANCE_PX = 2;

describe('what lies on the slide', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let api: RunningApi;
  let page: Page;
  let complaints: string[];
  let slide: Slide;

  beforeAll(async () => {
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    api = resources.use(await startApi());
    slide = await makeSlide(api, folder.path, 'places.tif');
    await enterLesions(api, slide);
    ({ page, complaints } = resources.use(await openPage(api.url)));
    page.setDefaultTimeout(60_000);
    await page.goto(`${api.url}/#/slides/${slide.id}`);
    await page.locator('.viewer[data-ready=true]').waitFor();
    await page.locator('.mark').first().waitFor();
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  const heatmap = (on: boolean) => page.getByLabel('Heatmap', { exact: true }).setChecked(on);
  const marks = (on: boolean) => page.getByLabel('Marks', { exact: true }).setChecked(on);
  const canvas = () => page.locator('.openseadragon-canvas').first();

  async function view(power: number, degrees: number): Promise<void> {
    await marks(true);
    await page
      .getByRole('button', { name: /^Lesion 1,/ })
      .last()
      .click();
    const upright = page.getByRole('button', { name: /^Turned by/ });
    if (await upright.isEnabled()) await upright.click();
    await canvas().focus();
    for (let k = 0; k < degrees / 15; k++) await page.keyboard.press('r');
    await page.getByRole('button', { name: `Show at ${power}×` }).click();
    // Off the middle, about which everything turns.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(1500);
  }

  /** The middle of the first lesion's mark. */
  async function markPlace(): Promise<readonly [number, number]> {
    const { x, y, width, height } = await boxOf(page.locator('.mark').first());
    return [x + width / 2, y + height / 2];
  }

  it.each([
    [5, 0],
    [10, 0],
    [40, 0],
    [10, 90],
    [40, 90],
    [5, 30],
    [20, 30],
  ])(
    'is within 2 px of the tissue that it marks, and the map within its cell, at %d× turned by %d°',
    async (power, degrees) => {
      await heatmap(false);
      await view(power, degrees);
      const [x, y] = await markPlace();
      await marks(false);
      const bare = await pixels(page, `places-${power}-${degrees}.png`);
      const scale = (power * MPP) / 10;
      const middle = middleOf(bare, x, y, 62 * scale + 6);
      expect(Math.hypot(middle[0] - x, middle[1] - y)).toBeLessThanOrEqual(TOLERANCE_PX);

      await heatmap(true);
      const mapped = await pixels(page, `places-${power}-${degrees}-map.png`);
      const [first] = LESIONS;
      if (!first) throw new Error('no lesion');
      const stage = await boxOf(page.locator('.viewer-stage'));
      const angle = (degrees * Math.PI) / 180;
      let compared = 0;
      for (const [cellX, cellY] of [
        [0, 0],
        [-1, 0],
        [1, 0],
        [0, 1],
        [0, -1],
        [-2, 1],
      ] as const) {
        // The middle of a cell, seen from the lesion.
        const [column, row] = [Math.floor(first.xL0 / CELL_L0) + cellX, Math.floor(first.yL0 / CELL_L0) + cellY];
        const [dx, dy] = [(column + 0.5) * CELL_L0 - first.xL0, (row + 0.5) * CELL_L0 - first.yL0];
        const at = [
          Math.round(x + scale * (dx * Math.cos(angle) - dy * Math.sin(angle))),
          Math.round(y + scale * (dx * Math.sin(angle) + dy * Math.cos(angle))),
        ] as const;
        const inside = at[0] > stage.x + 20 && at[0] < stage.x + stage.width - 140;
        if (!inside || at[1] < stage.y + 140 || at[1] > stage.y + stage.height - 70) continue;
        compared++;
        expect(distance(mapped(...at), under(bare(...at), probabilityAt(column, row)))).toBeLessThanOrEqual(4);
      }
      expect(compared).toBeGreaterThan(0);
    },
  );

  it('is coloured, cleared below a threshold and made fainter without asking the server for anything', async () => {
    await view(10, 0);
    await marks(false);
    await heatmap(false);
    const bare = await pixels(page, 'look-bare.png');
    await heatmap(true);
    const [x, y] = [640, 460];
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/heatmap') && asked.push(request.url()));
    await page.getByLabel('Heatmap colours').selectOption('viridis');
    const viridis = await pixels(page, 'look-viridis.png');
    await page.getByLabel('Show the heatmap from this probability on').fill('0.9');
    const clear = await pixels(page, 'look-from.png');
    const isLesion = (at: (x: number, y: number) => Rgb) => distance(at(x, y), bare(x, y)) > 20;
    expect([isLesion(viridis), distance(clear(x - 250, y), bare(x - 250, y)) <= 2]).toEqual([true, true]);
    await page.getByLabel('Show the heatmap from this probability on').fill('0');
    await page.getByLabel('Heatmap opacity').fill('0');
    const faint = await pixels(page, 'look-faint.png');
    expect(distance(faint(x, y), bare(x, y))).toBeLessThanOrEqual(2);
    expect(asked).toEqual([]);
    await page.getByLabel('Heatmap opacity').fill('70');
    await page.getByLabel('Heatmap colours').selectOption('magma');
  });

  it('is measured: 1000 px of the slide are 250 µm', async () => {
    await view(20, 0);
    await canvas().focus();
    await page.keyboard.press('l');
    // A click before the tool is there is lost, on a page as on a busy machine.
    await page.locator('.viewer-note').waitFor();
    const stage = await boxOf(page.locator('.viewer-stage'));
    const [x, y] = [stage.x + 60, stage.y + 300];
    await page.mouse.click(x, y);
    await page.waitForTimeout(400);
    await page.mouse.click(x + 500, y);
    await page.getByText('250 µm', { exact: true }).waitFor();
    await pixels(page, 'measured.png');
    await page.keyboard.press('Escape');
    await page.getByText('250 µm', { exact: true }).waitFor({ state: 'hidden' });
  });

  it('shows all keys on ?, and puts them away on Esc', async () => {
    await canvas().focus();
    await page.keyboard.press('Shift+?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await pixels(page, 'cheat-sheet.png');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' });
  });

  it('says that a part of the slide is missing, and shows it once it can be had', async () => {
    const tiles = /\/slides\/[^/]+\/(?:tiles|native)\/\d/;
    await page.route(tiles, (route) => route.abort());
    await page.reload();
    await page.getByText('Some parts of the slide could not be loaded.').waitFor();
    await page.unroute(tiles);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Some parts of the slide could not be loaded.').waitFor({ state: 'hidden' });
  });

  it('shows two analyses side by side, each map on its half, and switches between them by a key', async () => {
    await enter(api, slide, 'classify', { score: 0.5, positive: true, map: () => 0.5 });
    await page.reload();
    await page.getByLabel('Compared with').selectOption({ index: 1 });
    await heatmap(false);
    const bare = await pixels(page, 'compare-bare.png');
    await heatmap(true);
    await page.getByLabel('Whose heatmap is shown').selectOption('both');
    const both = await pixels(page, 'compare.png');
    const stage = await boxOf(page.locator('.viewer-stage'));
    const scale = Math.min(stage.width / WIDTH_L0, stage.height / HEIGHT_L0);
    /** Off from the right colour, in the middle of a cell, of the newer analysis' 0.5 or the older's map. */
    const off = (at: (x: number, y: number) => Rgb, column: number, isNewer: boolean): number => {
      const x = Math.round(stage.x + stage.width / 2 + ((column + 0.5) * CELL_L0 - WIDTH_L0 / 2) * scale);
      const y = Math.round(stage.y + stage.height / 2 + (7.5 * CELL_L0 - HEIGHT_L0 / 2) * scale);
      return distance(at(x, y), under(bare(x, y), isNewer ? 0.5 : probabilityAt(column, 7)));
    };
    expect([off(both, 3, true), off(both, 9, false)].every((value) => value <= 4)).toBe(true);
    await page.getByLabel('Whose heatmap is shown').selectOption('first');
    await canvas().focus();
    await page.keyboard.press('v');
    const second = await pixels(page, 'compare-second.png');
    expect([off(second, 3, false), off(second, 9, false)].every((value) => value <= 4)).toBe(true);
  });

  it('logged no error but those of the tiles that were taken away', () => {
    expect(complaints.filter((text) => !/ERR_FAILED|^Tile .* failed to load/.test(text))).toEqual([]);
  });
});

/** The middle of the dark rectangle about a place. */
function middleOf(at: (x: number, y: number) => Rgb, x: number, y: number, reach: number): readonly [number, number] {
  let [sumX, sumY, count] = [0, 0, 0];
  for (let row = Math.floor(y - reach); row <= y + reach; row++)
    for (let column = Math.floor(x - reach); column <= x + reach; column++) {
      if (distance(at(column, row), DARK) > 45) continue;
      [sumX, sumY, count] = [sumX + column + 0.5, sumY + row + 0.5, count + 1];
    }
  return [sumX / count, sumY / count];
}

/** What a pixel of tissue looks like under a cell of that probability. */
function under(tissue: Rgb, probability: number): Rgb {
  const alpha = cellOpacity(probability) * OPACITY;
  const colour = colourAt('magma', probability);
  const mix = (channel: 0 | 1 | 2): number => tissue[channel] * (1 - alpha) + colour[channel] * alpha;
  return [mix(0), mix(1), mix(2)];
}
