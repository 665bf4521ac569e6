import { join } from 'node:path';
import type { Detection } from '@gigascope/contracts';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { boxOf, openPage } from '../test/browser/browser.ts';
import { buildPage } from '../test/browser/built-page.ts';
import { countsOf, enter, uploadSlide } from '../test/browser/findings-scene.ts';
import { temporaryFolder } from '../test/support/fixtures.ts';
import { startApi } from '../test/support/running-api.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';

/** 448 × 447 nuclei of 12 px, as tight as tiles that still show each of them allow. */
const [COLUMNS, ROWS] = [448, 447];
const [WIDTH_L0, HEIGHT_L0] = [7936, 7680];
const NUCLEUS_L0 = 12;
/** Sixty frames a second are as many as a screen shows; thirty still look like one movement. */
const GOAL_MS = 33;
const PAN_MS = 4000;

interface Frames {
  readonly medianMs: number;
  readonly worstMs: number;
}

/** Frames while a slide with 200,000 objects is dragged about, beside the same without them. */
export const viewerFrames: Benchmark = {
  description: 'frames while panning over 200,000 objects, in Chromium without a GPU',
  async run(say) {
    await using resources = new AsyncDisposableStack();
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    const api = resources.use(await startApi());
    const path = join(folder.path, 'crowd.tif');
    await writeSlide(path);
    const slide = await uploadSlide(api, path, 'crowd.tif', null);
    const detections = crowd();
    await enter(api, slide, 'detect', { detections, counts: countsOf(detections, ['nucleus', 'mitosis']) });
    const { page } = resources.use(await openPage(api.url));
    await page.goto(`${api.url}/#/slides/${slide.id}`);
    await page.locator('.viewer[data-ready=true]').waitFor();
    await page.getByText('Objects by class').waitFor();

    const rows: BenchmarkRow[] = [];
    for (const [view, steps] of [
      ['40×', 0],
      ['23×', 3],
      ['13×', 6],
    ] as const) {
      await page.getByRole('button', { name: 'Show at 40×' }).click();
      await zoomOut(page, steps);
      const [bare, full] = [await pan(page, false), await pan(page, true)];
      say(`${view}: ${told(full)} with objects, ${told(bare)} without`);
      rows.push({
        name: `${detections.length.toLocaleString('en')} objects at ${view}: median and worst frame`,
        goal: `median ≤ ${GOAL_MS} ms`,
        reached: told(full),
        met: full.medianMs <= GOAL_MS,
        peer: `the same without objects: ${told(bare)}`,
        command: 'npm run bench -- viewer-frames',
      });
    }
    return rows;
  },
};

const told = ({ medianMs, worstMs }: Frames): string => `${medianMs.toFixed(1)} / ${worstMs.toFixed(0)} ms`;

function crowd(): readonly Detection[] {
  return Array.from({ length: COLUMNS * ROWS }, (_, k): Detection => {
    const [x, y] = [((k % COLUMNS) * WIDTH_L0) / COLUMNS, (Math.floor(k / COLUMNS) * HEIGHT_L0) / ROWS];
    return {
      ...{ rank: k + 1, class: k % 500 === 250 ? 'mitosis' : 'nucleus', probability: 0.9 - k / 1e6 },
      ...{ x0L0: x, y0L0: y, x1L0: x + NUCLEUS_L0, y1L0: y + NUCLEUS_L0 },
    };
  });
}

async function writeSlide(out: string): Promise<void> {
  const perMm = 4000;
  await sharp({ create: { width: WIDTH_L0, height: HEIGHT_L0, channels: 3, background: { r: 232, g: 196, b: 216 } } })
    .tiff({ tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, compression: 'jpeg', xres: perMm, yres: perMm })
    .toFile(out);
}

async function zoomOut(page: Page, steps: number): Promise<void> {
  const { x, y, width, height } = await boxOf(page.locator('.viewer-stage'));
  await page.mouse.move(x + width / 2, y + height / 2);
  for (let k = 0; k < steps; k++) {
    await page.mouse.wheel(0, 100);
    await page.waitForTimeout(300);
  }
  await page.waitForTimeout(2000);
}

/** Drags the slide about and times every frame that the browser showed meanwhile. */
async function pan(page: Page, withObjects: boolean): Promise<Frames> {
  await page.getByLabel('Boxes', { exact: true }).setChecked(withObjects);
  await page.waitForTimeout(2500);
  const { x, y, width, height } = await boxOf(page.locator('.viewer-stage'));
  const times = page.evaluate(
    (forMs) =>
      new Promise<number[]>((resolve) => {
        const frames: number[] = [];
        const begun = performance.now();
        let before = begun;
        const frame = (now: number): void => {
          frames.push(now - before);
          before = now;
          if (now - begun < forMs) requestAnimationFrame(frame);
          else resolve(frames.slice(1));
        };
        requestAnimationFrame(frame);
      }),
    PAN_MS,
  );
  const until = Date.now() + PAN_MS;
  for (let k = 0; Date.now() < until; k++) {
    // To the left and back, so that every view comes into sight again.
    const [from, to] = k % 2 === 0 ? [0.8, 0.2] : [0.2, 0.8];
    await page.mouse.move(x + width * from, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * to, y + height * 0.55, { steps: 40 });
    await page.mouse.up();
  }
  const sorted = (await times).toSorted((a, b) => a - b);
  return { medianMs: sorted[sorted.length >> 1] ?? 0, worstMs: sorted.at(-1) ?? 0 };
}
