/** What each kind of model found, drawn over the slide in a real browser: at the right place, and never left out in silence. */
import { join } from 'node:path';
import type { Segment } from '@gigascope/contracts';
import { FILES_OF_TASK } from '@gigascope/contracts/paths';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { type Box, boxOf, distance, openPage, PATIENCE_MS, pixels, type Rgb, SCREENSHOTS } from './browser.ts';
import { buildPage } from './built-page.ts';
import {
  ALONE,
  BOXES,
  CROWD,
  countsOf,
  enter,
  HEIGHT_L0,
  makeSlide,
  OUTLINES,
  TRIANGLE,
  WIDTH_L0,
} from './findings-scene.ts';

/** The first class's colour, that of the rectangles on the slide, and what the plus button does. */
const [VERMILLION, DARK]: readonly [Rgb, Rgb] = [
  [213, 94, 0],
  [96, 60, 120],
];
const ZOOM_STEP = 1.6;
const TOLERANCE_PX = 2;

describe('findings on a slide', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  const asked: string[] = [];
  let api: RunningApi;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    api = resources.use(await startApi());
    const classes = ['positive', 'negative'];
    const counts = countsOf(BOXES, classes);
    const slide = (name: string) => makeSlide(api, folder.path, name);
    await enter(api, await slide('segment.tif'), 'segment', {
      segments: OUTLINES,
      counts: countsOf(OUTLINES, ['tumour', 'gland']),
    });
    await enter(api, await slide('detect.tif'), 'detect', { detections: BOXES, counts });
    const [positive, negative] = counts.map(({ count }) => count) as [number, number];
    await enter(api, await slide('pipeline.tif'), 'pipeline', {
      ...{ detections: BOXES, counts, score: 2, scoreMeaning: 'banff-grade' },
      grading: { scheme: 'banff-c4d', positive, negative, ratio: positive / 61, grade: 2, reason: null },
      stages: [
        { name: 'regions', cells: 120, blocks: 1, chosenCells: 60 },
        { name: 'capillaries', cells: 60, blocks: 1, chosenCells: null },
      ],
    });
    await enter(api, await slide('crowd.tif'), 'detect', {
      detections: CROWD,
      counts: countsOf(CROWD, ['nucleus', 'mitosis']),
    });
    await slide('plain.tif');
    ({ page, complaints } = resources.use(await openPage(api.url)));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(api.url);
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  async function openSlide(name: string, waitFor = 'Objects by class'): Promise<Box> {
    // By the front page, so that a slide that is open already is opened anew and seen as a whole.
    await page.goto(`${api.url}/#/`);
    asked.length = 0;
    await page.getByRole('link', { name }).first().click();
    await page.getByRole('heading', { name }).waitFor();
    await page.locator('.viewer[data-ready=true]').waitFor();
    await page.getByText(waitFor).waitFor();
    return await boxOf(page.locator('.viewer-stage'));
  }

  async function zoomIn(times: number): Promise<void> {
    for (let k = 0; k < times; k++) await page.getByRole('button', { name: 'Zoom in' }).click();
  }

  const showBoxes = (on: boolean) => page.getByLabel('Boxes', { exact: true }).setChecked(on);

  /** Files offered for download. */
  const files = () => page.locator('.files a').allTextContents();

  it('tells in the list what each model found, by what its score means', async () => {
    const rowOf = (name: string) => page.getByRole('row').filter({ hasText: name });
    await rowOf('pipeline.tif').getByText('Banff C4d').waitFor();
    await rowOf('detect.tif').getByText('Done: detect-model').waitFor();
    await rowOf('segment.tif').getByText('Done: segment-model').waitFor();
  });

  it.each([
    ['the whole slide', 0],
    ['4.1 times as close', 3],
  ])('draws a box within 2 px of its level-0 coordinates and of the tissue at %s', async (_view, steps) => {
    const stage = await openSlide('detect.tif');
    await zoomIn(steps);
    const { x0L0: x0, y0L0: y0, x1L0: x1, y1L0: y1 } = ALONE;
    const expected = onScreen(stage, ZOOM_STEP ** steps, [x0, y0, x1, y1]);
    await expectColour(VERMILLION, expected, `box-${steps}.png`);
    await showBoxes(false);
    await expectColour(DARK, expected, `box-${steps}-bare.png`);
    await showBoxes(true);
  });

  it('counts boxes by class, lists them, and goes from one to the next', async () => {
    const stage = await openSlide('detect.tif');
    await expect
      .poll(() => rows(page))
      .toEqual(countsOf(BOXES, ['positive', 'negative']).map((c) => [c.class, String(c.count)]));
    await expect.poll(files).toEqual(FILES_OF_TASK.detect);
    await page.getByRole('button', { name: /^Object 1,/ }).click();
    await page.waitForTimeout(1000);
    await page.screenshot({ path: join(SCREENSHOTS, 'box-chosen.png') });
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('n');
    await pressed(/^Object 2,/);
    await page.keyboard.press('p');
    await pressed(/^Object 1,/);
    await showBoxes(false);
    const [x, y] = [Math.round(stage.x + stage.width / 2), Math.round(stage.y + stage.height / 2)];
    const offDark = async (): Promise<number> => distance((await pixels(page, 'box-flown-to.png'))(x, y), DARK);
    await expect.poll(offDark, { timeout: 20_000 }).toBeLessThan(12);
    await showBoxes(true);
    expect(asked.filter((url) => url.includes('heatmap'))).toEqual([]);
  });

  it('hides a class and chooses the box that is clicked on', async () => {
    const stage = await openSlide('detect.tif');
    const expected = onScreen(stage, 1, [ALONE.x0L0, ALONE.y0L0, ALONE.x1L0, ALONE.y1L0]);
    await expectColour(VERMILLION, expected, 'class-shown.png');
    await page.getByRole('checkbox', { name: 'positive' }).uncheck();
    expect(extentOf(await pixels(page, 'class-hidden.png'), expected, VERMILLION)).toBe(null);
    await page.getByRole('checkbox', { name: 'positive' }).check();
    await expectColour(VERMILLION, expected, 'class-shown-again.png');
    await page.mouse.click((expected[0] + expected[2]) / 2, (expected[1] + expected[3]) / 2);
    await pressed(/^Object 1,/);
  });

  it.each([
    ['the whole slide', 0],
    ['4.1 times as close', 3],
  ])('draws an outline within 2 px of its level-0 coordinates at %s', async (_view, steps) => {
    const stage = await openSlide('segment.tif', 'Outlines by class');
    await zoomIn(steps);
    const expected = onScreen(stage, ZOOM_STEP ** steps, boundsOf(TRIANGLE));
    await expectColour(VERMILLION, expected, `outline-${steps}.png`);
  });

  it('counts outlines with their areas', async () => {
    await openSlide('segment.tif', 'Outlines by class');
    await expect
      .poll(async () => (await rows(page)).map((cells) => cells.slice(0, 2)))
      .toEqual(countsOf(OUTLINES, ['tumour', 'gland']).map((c) => [c.class, String(c.count)]));
    expect((await rows(page))[0]?.[2]).toMatch(/^\d\.\d{3}\smm²$|^[\d,]+\sµm²$/);
    await expect.poll(files).toEqual(FILES_OF_TASK.segment);
    expect(asked.filter((url) => url.includes('heatmap'))).toEqual([]);
  });

  it('lets a person choose among the models by what they are made for, and chooses none beforehand', async () => {
    await openSlide('plain.tif', 'This slide has not been analysed.');
    const model = page.getByLabel('Model');
    await expect
      .poll(() => model.locator('option').allTextContents())
      .toEqual([
        'Choose a model',
        ...['detect', 'pipeline', 'segment'].map((task) => `${task}-model 1.0.0 (lymph node, H&E)`),
      ]);
    expect(await model.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Analyse' }).click();
    expect(asked.filter((url) => url.endsWith('/analyses'))).toEqual([]);
    await model.selectOption('segment-model');
    await page.getByText('Made for human lymph node, H&E.').waitFor();
  });

  it('shows the grade with its share and counts, the map of regions, and boxes', async () => {
    await openSlide('pipeline.tif');
    await page.locator('.heatmap').waitFor();
    await page.getByText(/of 61 capillaries positive: \d+\.\d\s%/).waitFor();
    await expect.poll(() => page.locator('.score-value').textContent()).toBe('2');
    await expect.poll(files).toEqual(FILES_OF_TASK.pipeline);
    await pixels(page, 'pipeline.png');
  });

  it('counts 30,000 by square while they are too many, says so, and draws each once they are few', async () => {
    await openSlide('crowd.tif');
    const status = page.locator('.findings-status');
    await status.getByText('Too many objects to draw here').waitFor();
    await pixels(page, 'crowd-0.png');
    await zoomIn(1);
    await page.waitForTimeout(1000);
    await status.getByText('Too many objects to draw here').waitFor();
    await pixels(page, 'crowd-1.png');
    await zoomIn(5);
    await expect.poll(() => status.textContent(), { timeout: PATIENCE_MS }).toBe('');
    await pixels(page, 'crowd-6.png');
  });

  it('logged no error and asked no other host', () => {
    expect(complaints).toEqual([]);
  });

  /** A colour is just there on the page, once everything was fetched. */
  async function expectColour(colour: Rgb, expected: Extent, screenshot: string): Promise<void> {
    const offPx = async (): Promise<number> => {
      const found = extentOf(await pixels(page, screenshot), expected, colour);
      return Math.max(...expected.map((value, k) => Math.abs(value - (found?.[k] ?? Infinity))));
    };
    await expect.poll(offPx, { timeout: 20_000 }).toBeLessThanOrEqual(TOLERANCE_PX);
  }

  async function pressed(name: RegExp): Promise<void> {
    const button = page.getByRole('button', { name });
    await expect.poll(() => button.getAttribute('aria-pressed'), { timeout: 60_000 }).toBe('true');
  }
});

type Extent = readonly [x0: number, y0: number, x1: number, y1: number];

function boundsOf({ rings: [shell = []] }: Segment): Extent {
  const [xs, ys] = [0, 1].map((odd) => shell.filter((_, k) => k % 2 === odd)) as [number[], number[]];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * Where a level-0 rectangle is on the page when the whole slide, as large as it fits, is magnified about its middle:
 * worked out from sizes alone, not from what the page says.
 */
function onScreen(stage: Box, zoom: number, [x0, y0, x1, y1]: Extent): Extent {
  const scale = Math.min(stage.width / WIDTH_L0, stage.height / HEIGHT_L0) * zoom;
  const x = (xL0: number): number => stage.x + stage.width / 2 + (xL0 - WIDTH_L0 / 2) * scale;
  const y = (yL0: number): number => stage.y + stage.height / 2 + (yL0 - HEIGHT_L0 / 2) * scale;
  return [x(x0), y(y0), x(x1), y(y1)];
}

/** The extent of a colour on the page around a place; null where there is none of it. */
function extentOf(at: (x: number, y: number) => Rgb, around: Extent, colour: Rgb): Extent | null {
  const margin = 8;
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = Math.floor(around[1] - margin); y <= around[3] + margin; y++) {
    for (let x = Math.floor(around[0] - margin); x <= around[2] + margin; x++) {
      if (distance(at(x, y), colour) > 60) continue;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
    }
  }
  return x0 > x1 ? null : [x0, y0, x1, y1];
}

/** The rows of the table of counts, cell by cell. */
async function rows(page: Page): Promise<string[][]> {
  const texts = await page
    .locator('.counts tbody tr')
    .evaluateAll((elements) => elements.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? '')));
  return texts;
}
