/** A day's slides in a real browser: ordered, filtered, claimed, analysed by the batch, and a thousand of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisParameters } from '@gigascope/contracts';
import { paths } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterSlides } from '../support/api-batches.ts';
import { claimNext, enterFinished } from '../support/finished-analysis.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { enterSlide, keyFor } from '../support/slides-of-api.ts';
import { samplePlan, sampleResult } from '../support/store-samples.ts';
import { openPage, PATIENCE_MS, SCREENSHOTS } from './browser.ts';
import { buildPage } from './built-page.ts';

/** Name, case and score, in the order of arrival. */
const ENTERED: readonly (readonly [string, string, number | null])[] = [
  ['alpha.svs', 'C-1', 0.25],
  ['beta.svs', 'C-1', 0.93],
  ['gamma.svs', 'C-2', 0.52],
  ['delta.svs', 'C-3', null],
];
const BY_SCORE = ['beta.svs', 'gamma.svs', 'alpha.svs', 'delta.svs'];

describe('the worklist', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let folder: string;
  let api: RunningApi;
  let page: Page;
  let other: Page;

  beforeAll(async () => {
    await buildPage();
    folder = resources.use(await temporaryFolder()).path;
    api = resources.use(await startApi({}, 'keys'));
    const { store, workerStore } = api;
    for (const [name, caseRef, score] of ENTERED) {
      const { id: slideId } = await enterSlide(api, name);
      await asOwner(api.ownerUrl, 'UPDATE slides SET case_ref = $2, block_ref = $3 WHERE id = $1', [
        ...[slideId, caseRef, 'A1'],
      ]);
      if (score === null) continue;
      const result = { ...sampleResult(0), score, positive: score >= 0.5 };
      await enterFinished(store, workerStore, { tenantId: DEFAULT_TENANT_ID, slideId, result });
    }
    ({ page } = resources.use(await openPage(api.url)));
    ({ page: other } = resources.use(await openPage(api.url)));
    await signIn(page, await keyFor(api, 'lab-admin'));
    await signIn(other, await keyFor(api, 'reviewer'));
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  async function signIn(at: Page, key: string): Promise<void> {
    await at.goto(api.url);
    await at.getByLabel('Key', { exact: true }).fill(key);
    await at.getByRole('button', { name: 'Sign in with a key' }).click();
    await at.getByRole('grid', { name: 'Slides' }).waitFor();
  }
  const line = (name: string, at = page): Locator => at.getByRole('row').filter({ hasText: name });
  const names = (at = page): Promise<string[]> => at.locator('.lines .col-name a').allTextContents();
  const listed = (expected: readonly string[]) => expect.poll(() => names(), { timeout: 30_000 }).toEqual(expected);
  const pointed = () => page.locator('.line.is-pointed .col-name a').textContent();

  it('shows 4 slides by score, with what it means, and is seen in light and dark at 1280 and 1024 px', async () => {
    await listed(BY_SCORE);
    await expect.poll(() => line('beta.svs').textContent()).toMatch(/C-1A10\.930suspicious, sample/);
    await line('delta.svs').getByText('Not analysed').waitFor();
    for (const [width, height] of [
      [1280, 800],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(SCREENSHOTS, `worklist-${width}-${colorScheme}.png`) });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('orders by uncertainty and name, and keeps order, filter and search in the address', async () => {
    await page.getByLabel('Order').selectOption('uncertainty');
    await listed(['gamma.svs', 'alpha.svs', 'beta.svs', 'delta.svs']);
    await page.getByRole('button', { name: 'Slide', exact: true }).click();
    await listed(ENTERED.map(([name]) => name).toSorted());
    await page.getByLabel('State').selectOption('done');
    await listed(['alpha.svs', 'beta.svs', 'gamma.svs']);
    await page.getByLabel('Search').fill('c-1');
    await listed(['alpha.svs', 'beta.svs']);
    expect(new URL(page.url()).search).toBe('?sort=name&q=c-1&state=done');
    await page.reload();
    await listed(['alpha.svs', 'beta.svs']);
    await page.getByLabel('Search').fill('nothing of that name');
    await page.getByRole('button', { name: 'Show all slides' }).click();
    await page.getByLabel('Order').selectOption('score');
    await listed(BY_SCORE);
  });

  it('is walked by keyboard: arrows, / for the search, Space, Escape, Enter', async () => {
    const grid = page.getByRole('grid', { name: 'Slides' });
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(pointed).toBe('gamma.svs');
    await page.keyboard.press('End');
    await expect.poll(pointed).toBe('delta.svs');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('2 slides chosen').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('2 slides chosen').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("type")')).toBe('search');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/slides\//);
    await page.getByText('1 of 4').waitFor();
    await page.getByRole('button', { name: 'Next slide' }).click();
    await page.getByText('2 of 4').waitFor();
    await page.goto(`${api.url}/#/`);
    await listed(BY_SCORE);
  });

  it('shows a claim to a second reader, refuses theirs, and passes over it to the next most suspicious', async () => {
    await other.getByRole('button', { name: 'Claim beta.svs' }).waitFor();
    await page.getByRole('grid', { name: 'Slides' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('c');
    await line('beta.svs').getByText('Claimed by me').waitFor();
    // Before their list has heard of it.
    await other.getByRole('button', { name: 'Claim beta.svs' }).click();
    await other.getByText('A colleague is reviewing this slide at the moment.').waitFor();
    await line('beta.svs', other).getByText('Claimed by lab-admin').waitFor();
    await other.screenshot({ path: join(SCREENSHOTS, 'worklist-claimed.png') });
    await other.getByRole('button', { name: 'Next most suspicious' }).click();
    await other.waitForURL(/#\/slides\//);
    await expect.poll(() => other.locator('.slide-row[aria-current]').textContent()).toContain('gamma.svs');
    await line('gamma.svs').getByText('Claimed by reviewer').waitFor();
    await page.getByLabel('Review').selectOption('mine');
    await listed(['beta.svs']);
    await page.getByRole('button', { name: 'Let go of beta.svs' }).click();
    await page.getByLabel('Review').selectOption('');
    await listed(BY_SCORE);
  });

  it('starts a batch of 3 slides, shows it, and cancels it', async () => {
    for (const name of BY_SCORE.slice(0, 3)) await line(name).getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Analyse …' }).click();
    const form = page.locator('form.analyse');
    await form.getByRole('combobox', { name: /^Model/ }).selectOption('sample');
    await form.getByRole('combobox', { name: /^Lane/ }).selectOption('stat');
    await form.getByLabel('Name of the batch').fill('Three of them');
    await page.screenshot({ path: join(SCREENSHOTS, 'worklist-analyse.png') });
    await page.getByRole('button', { name: 'Analyse 3 slides' }).click();
    await page.getByRole('link', { name: 'Show its progress' }).click();
    await page.getByRole('heading', { name: 'Three of them' }).waitFor();
    await page.getByRole('button', { name: 'Queued 3' }).waitFor();
    await expect.poll(() => names().then((list) => list.toSorted())).toEqual(BY_SCORE.slice(0, 3).toSorted());
    await page.screenshot({ path: join(SCREENSHOTS, 'batch.png') });
    await page.getByRole('button', { name: 'Cancel what is open' }).click();
    await page.getByRole('button', { name: 'Canceled 3' }).waitFor();
    await page.getByRole('link', { name: 'Batches' }).first().click();
    await page.getByRole('link', { name: 'Three of them' }).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'batches.png') });
  });

  it('starts a batch from a table, and says which line of another is wrong', async () => {
    const [good, bad] = [join(folder, 'good.csv'), join(folder, 'bad.csv')];
    await writeFile(good, 'slide,model\nalpha.svs,sample\nbeta.svs,sample\n');
    await writeFile(bad, 'slide,model\nnobody.svs,sample\n');
    await page.goto(`${api.url}/#/batches`);
    await page.getByText('Start from a table').click();
    await page.getByLabel('CSV file').setInputFiles(bad);
    await page.getByRole('button', { name: 'Start the batch' }).click();
    await page.getByText('BATCH_INVALID').waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'batch-refused.png') });
    await page.getByLabel('CSV file').setInputFiles(good);
    await page.getByRole('button', { name: 'Start the batch' }).click();
    await page.getByRole('button', { name: 'Queued 2' }).waitFor();
    await page.goto(`${api.url}/#/`);
    await line('alpha.svs').getByText('Queued').waitFor();
    await line('alpha.svs').getByRole('checkbox').click();
    await line('beta.svs').getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Cancel analyses' }).click();
    await page.getByText('2 analyses were canceled.').waitFor();
  });

  it('shows the progress of an analysis as it is made, its score, and the slide in its new place', async () => {
    const { store, workerStore } = api;
    const tenantId = DEFAULT_TENANT_ID;
    const { id: slideId } = await enterSlide(api, 'epsilon.svs');
    const model = await store.models.findByName('sample');
    if (model === null) throw new Error('no model');
    await page.getByLabel('Search').fill('epsilon');
    await line('epsilon.svs').getByText('Not analysed').waitFor();
    const parameters = AnalysisParameters.parse({});
    const { id } = await store.analyses.submit(tenantId, { slideId, modelId: model.id, parameters });
    await line('epsilon.svs').getByText('Queued').waitFor();
    await workerStore.tasks.completePlan(await claimNext(workerStore, id), samplePlan(4), new Uint8Array(), 'none');
    await workerStore.tasks.completeBlock(await claimNext(workerStore, id), new Uint8Array());
    await line('epsilon.svs').getByText(/25 %/).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'worklist-progress.png') });
    await store.analyses.cancel(tenantId, id);
    await line('epsilon.svs').getByText('Canceled').waitFor();
    await page.getByLabel('Search').fill('');
    await line('beta.svs').waitFor();
    const result = { ...sampleResult(0), score: 0.99 };
    await enterFinished(store, workerStore, { tenantId, slideId, result });
    await expect.poll(async () => (await names())[0], { timeout: 30_000 }).toBe('epsilon.svs');
  });

  it('says why an upload was refused, and goes on with the others', async () => {
    await page.goto(`${api.url}/#/`);
    const files = ['no-slide.svs', 'neither.svs'].map((name) => ({ name, mimeType: '', buffer: Buffer.from('text') }));
    await page.getByLabel('Add slides').last().setInputFiles(files);
    const refused = page.locator('.upload').filter({ hasText: 'FORMAT_UNSUPPORTED' });
    await expect.poll(() => refused.count(), { timeout: 60_000 }).toBe(2);
    await page.screenshot({ path: join(SCREENSHOTS, 'worklist-refused.png') });
    await page.getByRole('button', { name: 'Remove no-slide.svs from this list' }).click();
    await page.getByRole('button', { name: 'Remove neither.svs from this list' }).click();
    await page.locator('.upload').first().waitFor({ state: 'detached' });
  });

  it('draws fewer than 60 of over 1,000 slides, asks for one page of them, and reaches the last by one key', async () => {
    await enterSlides(api.ownerUrl, 1000);
    const lists: URL[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname === paths.slides || url.pathname === paths.analyses || /\/reviews$/.test(url.pathname))
        lists.push(url);
    });
    await page.reload();
    // With the 4 of above and what was refused.
    await page.getByText(/^1,00\d slides$/).waitFor();
    await line('beta.svs').waitFor();
    expect(lists.map(({ search }) => search)).toEqual(['?worklist=true&sort=score&limit=100']);
    await page.getByRole('grid', { name: 'Slides' }).focus();
    await page.keyboard.press('End');
    await expect.poll(pointed, { timeout: 30_000 }).toBe('delta.svs');
    await expect.poll(async () => (await names()).length).toBeLessThan(60);
    await page.locator('.table-scroller').evaluate((scroller) => scroller.scrollTo(0, 20_000));
    await expect.poll(async () => (await names())[0]).toMatch(/^slide-/);
    await page.getByLabel('Choose all slides shown').click();
    await page.getByText(/^1,00\d slides chosen$/).waitFor();
    await page.getByRole('button', { name: 'Choose none' }).click();
    await page.screenshot({ path: join(SCREENSHOTS, 'worklist-thousand.png') });
  });

  it('loads further pages as they are scrolled to, and no slide twice', async () => {
    await page.getByLabel('Search').fill('slide-1');
    await page.getByText('112 slides').waitFor();
    await page.locator('.table-scroller').evaluate((at) => at.scrollTo(0, 0));
    const seen = new Set<string>();
    const scroller = page.locator('.table-scroller');
    await expect
      .poll(
        async () => {
          const ids = await page.locator('.line').evaluateAll((lines) => lines.map(({ id }) => id));
          expect(new Set(ids).size).toBe(ids.length);
          for (const id of ids) seen.add(id);
          await scroller.evaluate((at) => at.scrollBy(0, 400));
          return seen.size;
        },
        { timeout: 60_000, interval: 60 },
      )
      .toBe(112);
    await page.getByLabel('Search').fill('');
  });

  it('says that the server is gone, with what it knew still there, and comes back', async () => {
    await page.context().setOffline(true);
    await page.getByText('The server cannot be reached.').first().waitFor();
    expect((await names()).length).toBeGreaterThan(0);
    await page.screenshot({ path: join(SCREENSHOTS, 'worklist-offline.png') });
    await page.context().setOffline(false);
    // Unless it has found the way back by itself.
    await page
      .getByRole('button', { name: 'Try again' })
      .first()
      .click({ timeout: 3000 })
      .catch(() => {});
    await page.getByText('The server cannot be reached.').first().waitFor({ state: 'detached' });
  });
});
