import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import sharp from 'sharp';

const CHROMIUM = '/usr/bin/chromium';
/** Kept after the run, to be looked at. */
export const SCREENSHOTS = join(tmpdir(), 'gigascope-browser');
/** Two busy cores take minutes for what takes seconds alone. */
export const PATIENCE_MS = 240_000;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export type Rgb = readonly [number, number, number];

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of the page, and addresses elsewhere that it asked for. */
  readonly complaints: string[];
}

/** A page of 1280 × 800 in a browser of its own, which watches that everything comes from `url`. */
export async function openPage(url: string): Promise<OpenPage> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);
  await mkdir(SCREENSHOTS, { recursive: true });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url())) complaints.push(request.url());
  });
  return { page, complaints, [Symbol.asyncDispose]: () => browser.close() };
}

export async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('not on the page');
  return box;
}

/** A screenshot once nothing moves and no sharper tile comes in, kept under `name`: from page coordinates to colour. */
export async function pixels(page: Page, name: string): Promise<(x: number, y: number) => Rgb> {
  let png = await page.screenshot();
  for (let stillFor = 0; stillFor < 3; ) {
    await page.waitForTimeout(150);
    const next = await page.screenshot({ path: join(SCREENSHOTS, name) });
    stillFor = next.equals(png) ? stillFor + 1 : 0;
    png = next;
  }
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return (x, y) => {
    const at = (y * info.width + x) * 3;
    return [data[at] as number, data[at + 1] as number, data[at + 2] as number];
  };
}

/** Largest difference of a channel. */
export function distance(a: Rgb, b: Rgb): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}
