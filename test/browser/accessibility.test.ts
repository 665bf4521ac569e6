/** axe-core over every page, light and dark, with content on it: nothing serious or critical of WCAG 2.2 A and AA. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { enterReadSlide } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { openPage, PATIENCE_MS } from './browser.ts';
import { buildPage } from './built-page.ts';
import { enter, makeSlide } from './findings-scene.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

describe('accessibility', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let api: RunningApi;
  let page: Page;
  let slideId: string;

  beforeAll(async () => {
    await buildPage();
    api = resources.use(await startApi());
    const folder = resources.use(await temporaryFolder());
    const slide = await makeSlide(api, folder.path, 'seen.tif');
    slideId = slide.id;
    const lesion = { rank: 1, xL0: 1500, yL0: 1200, probability: 0.9, diameterUm: 300, diameterUncertaintyUm: 64 };
    await enter(api, slide, 'classify', {
      ...{ map: (column: number) => column / 12, score: 0.9, scoreMeaning: 'highest-probability', positive: true },
      lesions: [{ ...lesion, areaUm2: 9000, sizeClass: 'micro' }],
    });
    await enterReadSlide(api, 0.4);
    ({ page } = resources.use(await openPage(api.url)));
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  it.each([
    ['worklist', '#/'],
    ['slide', '#/slides/SLIDE'],
    ['batches', '#/batches'],
    ['models', '#/models'],
    ['evaluation', '#/evaluation'],
    ['keys', '#/admin/keys'],
    ['audit', '#/admin/audit'],
    ['webhooks', '#/admin/webhooks'],
  ] as const)('of the page %s, light and dark, has no serious fault', async (_name, address) => {
    await page.goto(`${api.url}/${address.replace('SLIDE', slideId)}`);
    await page.locator('main :is(h1, h2, canvas, table, form)').first().waitFor();
    await page.waitForTimeout(1500);
    for (const light of ['light', 'dark'] as const) {
      await page.evaluate((chosen) => {
        document.documentElement.dataset['light'] = chosen;
      }, light);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(
        (tags) => (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: { type: 'tag', values: tags } }),
        TAGS,
      );
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [light, id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
      expect(serious).toEqual([]);
    }
  });
});
