/** What can go wrong while a slide is read: each is said in a plain sentence, nothing is lost, and a way on is offered. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../support/access.ts';
import { enterFailed } from '../support/finished-analysis.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { TENANT_A } from '../support/store-samples.ts';
import { boxOf, distance, openPage, PATIENCE_MS, pixels, type Rgb } from './browser.ts';
import { buildPage } from './built-page.ts';
import { makeSlide } from './findings-scene.ts';
import { enterLesions, ownReview, signIn } from './review-scene.ts';

const TISSUE: Rgb = [232, 196, 216];

describe('a bad moment', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  const urls: Record<string, string> = {};
  let api: RunningApi;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  let analysisId: string;
  let first: string;
  let second: string;

  beforeAll(async () => {
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    api = resources.use(await startApi({}, 'keys'));
    const key = async (role: 'lab-admin' | 'reviewer') => (await makeKey(api.store, { roles: [role] })).key;
    [first, second] = [await key('reviewer'), await key('reviewer')];
    const owner = await key('lab-admin');
    const slide = await makeSlide(api, folder.path, 'read.tif', owner);
    analysisId = await enterLesions(api, slide);
    const failed = await makeSlide(api, folder.path, 'failed.tif', owner);
    const of = { tenantId: TENANT_A, slideId: failed.id, name: 'classify-model' };
    await enterFailed(api.store, api.workerStore, of, 'TILE_CORRUPT');
    for (const { id, name } of [slide, failed]) urls[name] = `${api.url}/#/slides/${id}`;
    ({ page, complaints } = resources.use(await openPage(api.url)));
    context = page.context();
    await page.goto(urls['read.tif'] ?? '');
    await signIn(page, first);
    await page.locator('.viewer[data-ready=true]').waitFor();
    await page.getByRole('button', { name: 'Start the review' }).click();
    await saved();
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  const saved = () => page.locator('.save-line').getByText('All saved').waitFor();
  const canvas = () => page.locator('.openseadragon-canvas').first();
  const said = async () => (await ownReview(api.url, first, analysisId)).content;
  const dialog = () => page.getByRole('dialog', { name: 'Your session has ended' });

  /** The session ends while something is said: without a network first, so that nothing else meets the end before. */
  async function sayAsItEnds(keyStroke: string): Promise<void> {
    await context.setOffline(true);
    await canvas().focus();
    await page.keyboard.press(keyStroke);
    await page.getByText('No connection: 1 change is kept in this browser').waitFor();
    await context.clearCookies();
    await context.setOffline(false);
    await dialog().waitFor();
    await page.getByText('You were signed out. 1 change is kept in this browser').waitFor();
  }

  it('of typing a capital S in a comment is none: it is written, and nothing is signed', async () => {
    await page.getByLabel(/^Comment on the slide/).focus();
    await page.keyboard.type('Small Spots');
    expect(await page.getByLabel(/^Comment on the slide/).inputValue()).toBe('Small Spots');
    expect(await page.getByText('It is frozen by it').count()).toBe(0);
    await saved();
  });

  it('in which the session ends leaves the page as it is under the way back in, and saves what was said then', async () => {
    await page.getByRole('button', { name: 'Show at 20×' }).click();
    // Had the page been made anew, this would be gone.
    await canvas().evaluate((element) => element.setAttribute('data-same', 'yes'));
    await sayAsItEnds('4');
    await dialog().getByText('You were signed in as reviewer.').waitFor();
    await pixels(page, 'session-over.png');
    await page.keyboard.press('Escape');
    await page.keyboard.press('5');
    expect([await dialog().isVisible(), (await said())?.confidence]).toEqual([true, null]);
    await signIn(page, first);
    await dialog().waitFor({ state: 'detached' });
    await saved();
    expect((await said())?.confidence).toBe('probably-tumour');
    expect(await page.locator('.openseadragon-canvas[data-same=yes]').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Show at 20×' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('in which another signs in then gives them nothing of it, and the draft waits for its reader', async () => {
    await sayAsItEnds('2');
    await signIn(page, second);
    await page.getByRole('button', { name: 'Start the review' }).waitFor();
    expect(await page.getByLabel('Probably normal').count()).toBe(0);
    expect((await said())?.confidence).toBe('probably-tumour');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, first);
    await saved();
    expect((await said())?.confidence).toBe('probably-normal');
  });

  it('in which the network is lost says so, keeps what is said, and saves it by itself when it is back', async () => {
    await page.locator('.viewer[data-ready=true]').waitFor();
    await context.setOffline(true);
    await canvas().focus();
    await page.keyboard.press('n');
    await page.keyboard.press('y');
    await page.getByText('No connection: 1 change is kept in this browser').waitFor();
    await page.locator('.connection.is-offline').waitFor();
    const kept = await page.evaluate(() => Object.entries(localStorage).filter(([name]) => name.includes('.draft.')));
    expect(kept.map(([, draft]) => draft.includes('lesion-1'))).toEqual([true]);
    await pixels(page, 'network-lost.png');
    expect((await said())?.decisions).toEqual([]);
    await context.setOffline(false);
    await saved();
    expect((await said())?.decisions.map(({ key }) => key)).toEqual(['lesion-1']);
    await page.locator('.connection:not(.is-offline)').waitFor();
  });

  it('in which one tile is missing asks for it again, says so, and shows the rest', async () => {
    const tile = /\/slides\/[^/]+\/(?:tiles|native)\/\d+\/1_1/;
    let asked = 0;
    await page.route(tile, (route) => {
      asked++;
      return route.fulfill({ status: 503, body: '' });
    });
    await page.reload();
    await page.getByText('Some parts of the slide could not be loaded.').waitFor();
    expect(asked).toBeGreaterThanOrEqual(2);
    await page.getByLabel('Heatmap', { exact: true }).setChecked(false);
    await page.getByLabel('Marks', { exact: true }).setChecked(false);
    const { x, y, width, height } = await boxOf(page.locator('.viewer-stage'));
    const at = await pixels(page, 'tile-missing.png');
    const places = [0.3, 0.4, 0.5, 0.6, 0.7].flatMap((dx) => [0.35, 0.5, 0.65].map((dy) => [dx, dy] as const));
    const shown = places.filter(
      ([dx, dy]) => distance(at(Math.round(x + width * dx), Math.round(y + height * dy)), TISSUE) < 20,
    );
    expect(shown.length).toBeGreaterThan(5);
    // The rest is read on meanwhile.
    await canvas().focus();
    await page.keyboard.press('3');
    await saved();
    expect((await said())?.confidence).toBe('equivocal');
    await page.unroute(tile);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Some parts of the slide could not be loaded.').waitFor({ state: 'hidden' });
    await page.waitForTimeout(6000);
    expect(await page.getByText('Some parts of the slide could not be loaded.').count()).toBe(0);
  });

  it('of a failed analysis tells the reason in plain words, in Korean too, and offers to run it again', async () => {
    await page.goto(urls['failed.tif'] ?? '');
    await page.getByText('The analysis failed.').waitFor();
    await page.getByText('Part of the slide is damaged and cannot be decoded.', { exact: true }).waitFor();
    await pixels(page, 'analysis-failed.png');
    await page.getByLabel('Language').selectOption('ko');
    await page.getByText('슬라이드의 일부가 손상되어 읽을 수 없습니다.', { exact: true }).waitFor();
    await page.getByLabel('언어').selectOption('en');
    await page.getByRole('button', { name: 'Analyse again' }).click();
    await page.getByText('Waiting for a worker').waitFor();
    await page.getByText('The analysis failed.').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Cancel the analysis' }).click();
    await page.getByText('The analysis was canceled.').waitFor();
  });

  it('logged no error but those of what was taken away', () => {
    // 403: how long the first reader looked is not taken from the second.
    const expected = /ERR_INTERNET_DISCONNECTED|status of (?:401|403|503)|^Tile .* failed to load/;
    expect(complaints.filter((text) => !expected.test(text))).toEqual([]);
  });
});
