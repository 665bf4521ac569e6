/** The evaluation page with curves, their bands and the operating point, placed as the API's figures say. */
import { join } from 'node:path';
import type { Lesion } from '@gigascope/contracts';
import { Evaluation, paths } from '@gigascope/contracts/http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { enterReadySlide } from '../support/ready-slide.ts';
import { type Caller, callerWith } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { TENANT_A } from '../support/store-samples.ts';
import { openPage, PATIENCE_MS, SCREENSHOTS } from './browser.ts';
import { buildPage } from './built-page.ts';
import { signIn } from './review-scene.ts';

const SIDE = 260;
/** Each slide's score, whether it has tumour (a square of 1 000 px), and where the model saw lesions how surely. */
const SLIDES: readonly [score: number, isTumour: boolean, seen: readonly (readonly [number, number])[]][] = [
  [0.95, true, [[0.95, 1500]]],
  [
    0.85,
    true,
    [
      [0.85, 1500],
      [0.4, 100],
    ],
  ],
  [
    0.7,
    true,
    [
      [0.7, 1500],
      [0.6, 100],
    ],
  ],
  [
    0.45,
    true,
    [
      [0.45, 1500],
      [0.3, 100],
    ],
  ],
  [0.35, true, [[0.35, 100]]],
  [0.75, false, [[0.75, 100]]],
  [
    0.55,
    false,
    [
      [0.55, 100],
      [0.35, 200],
    ],
  ],
  [0.3, false, [[0.3, 100]]],
  [0.2, false, []],
  [0.1, false, []],
];

describe('an evaluation on the page', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let api: RunningApi;
  let page: Page;
  let complaints: string[];
  let reader: Caller;
  let evaluation: Evaluation;

  beforeAll(async () => {
    await buildPage();
    api = resources.use(await startApi({}, 'keys'));
    reader = await callerWith(api, 'lab-admin');
    for (const slide of SLIDES) await enterSlide(...slide);
    const answer = await reader.ask('GET', `${paths.evaluation}?model=evaluated`);
    evaluation = Evaluation.parse(await answer.json());
    ({ page, complaints } = resources.use(await openPage(api.url)));
    await page.goto(`${api.url}/#/evaluation`);
    await signIn(page, reader.key);
    await page.locator('.plot-curve').first().waitFor();
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  async function enterSlide(...[score, isTumour, seen]: (typeof SLIDES)[number]): Promise<void> {
    const { slideId, result } = await enterReadySlide(api);
    const lesions = seen.map(
      ([probability, xL0], k): Lesion => ({
        ...{ rank: k + 1, xL0, yL0: xL0, probability, diameterUm: 100, diameterUncertaintyUm: 50 },
        ...{ areaUm2: 8000, sizeClass: 'itc' },
      }),
    );
    const of = { tenantId: TENANT_A, slideId, modelName: 'evaluated', result: { ...result, score, lesions } };
    await enterFinished(api.store, api.workerStore, of);
    await reader.ask('PUT', paths.truth(slideId), { label: isTumour ? 'tumour' : 'normal' });
    if (!isTumour) return;
    const ring = [
      [1000, 1000],
      [2000, 1000],
      [2000, 2000],
      [1000, 2000],
      [1000, 1000],
    ];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    const drawn = { type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties: {} }] };
    const query = 'kind=truth&origin=l0';
    const added = await reader.ask('POST', `${paths.annotations(slideId)}?${query}`, drawn);
    expect(added.status).toBe(201);
  }

  const figure = (title: string) => page.locator('.figure').filter({ hasText: title });
  /** Whether an SVG point of a plot lies in the band. */
  const inBand = (title: string, x: number, y: number) =>
    figure(title)
      .locator('.plot-band')
      .evaluate((band: SVGGeometryElement, [px, py]) => band.isPointInFill(new DOMPoint(px, py)), [
        x * SIDE,
        (1 - y) * SIDE,
      ] as const);
  const pointOf = async (title: string) => {
    const point = figure(title).locator('.plot-point');
    return Promise.all(['cx', 'cy'].map(async (name) => Number(await point.getAttribute(name)) / SIDE));
  };

  it('shades just what lies between the ends of the ROC curve’s interval, and marks the threshold’s point', async () => {
    const { roc, confusion } = evaluation;
    for (const { falsePositiveRate: x, low, high } of roc.band.filter((_, k) => k % 7 === 3)) {
      const middle = await inBand('Slides told apart', x, (low + high) / 2);
      const [above, below] = [
        await inBand('Slides told apart', x, high + 0.02),
        await inBand('Slides told apart', x, low - 0.02),
      ];
      expect([x, middle || high - low < 1e-6, above, below]).toEqual([x, true, false, false]);
    }
    const [cx = 0, cy = 0] = await pointOf('Slides told apart');
    // Over ½: 0.95, 0.85, 0.7 of five with tumour, 0.75 and 0.55 of five without.
    expect([confusion.threshold, cx, 1 - cy]).toEqual([0.5, expect.closeTo(2 / 5, 5), expect.closeTo(3 / 5, 5)]);
  });

  it('shades between the ends of the FROC curve’s, and marks 3 of 5 lesions at 0.3 false positives per slide', async () => {
    const { froc } = evaluation;
    if (froc === null) throw new Error('no FROC');
    const stepsInside = froc.band.filter(({ falsePositivesPerSlide: f }) => f > 0.02 && f < 1.2);
    let compared = 0;
    for (const { falsePositivesPerSlide: f, low, high } of stepsInside.filter((_, k) => k % 5 === 0)) {
      // Just right of a place the band has that place's ends.
      const x = (f + 1e-4) / (f + 1e-4 + 1);
      expect([f, await inBand('Lesions found', x, (low + high) / 2)]).toEqual([f, high > low]);
      expect([f, await inBand('Lesions found', x, high + 0.03)]).toEqual([f, false]);
      compared++;
    }
    expect(compared).toBeGreaterThan(3);
    const [cx = 0, cy = 0] = await pointOf('Lesions found');
    // From 0.5 on: 0.95, 0.85 and 0.7 hit; 0.6, 0.75 and 0.55 on ten slides do not.
    expect([cx, 1 - cy]).toEqual([expect.closeTo(0.3 / 1.3, 5), expect.closeTo(3 / 5, 5)]);
    const path = (await figure('Lesions found').locator('.plot-curve').getAttribute('d')) ?? '';
    expect(path).toMatch(/^M0 260/);
    const caption = (await figure('Lesions found').textContent()) ?? '';
    expect(caption).toMatch(/95 % interval at each point: bootstrap over slides, 1,000 draws, seed 1/);
  });

  it('draws the confusion as squares: 3 and 2 with tumour, 2 and 3 without, each with its share', async () => {
    const cells = figure('Slides called right and wrong').locator('.matrix-cell');
    const texts = await cells.evaluateAll((all) =>
      all.map((cell) => [...cell.querySelectorAll('text')].map((text) => text.textContent)),
    );
    expect(texts.flat().map((text) => text?.replace('\u00a0', ' '))).toEqual([
      '3',
      '60.0 %',
      '2',
      '40.0 %',
      '2',
      '40.0 %',
      '3',
      '60.0 %',
    ]);
    for (const light of ['light', 'dark'] as const) {
      await page.evaluate((chosen) => {
        document.documentElement.dataset['light'] = chosen;
      }, light);
      await page.screenshot({ path: join(SCREENSHOTS, `evaluation-bands-${light}.png`) });
    }
  });

  it('logged no error', () => expect(complaints.filter((text) => !/status of 401/.test(text))).toEqual([]));
});
