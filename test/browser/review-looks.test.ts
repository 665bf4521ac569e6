/** What a reader decided is seen on the slide: by line and shape, so in grey too, also among 200,000 objects. */
import type { Decision, Detection } from '@gigascope/contracts';
import { paths } from '@gigascope/contracts/http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../support/access.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { type Caller, callerWith, openReview } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { type Box, boxOf, openPage, PATIENCE_MS, pixels, type Rgb } from './browser.ts';
import { buildPage } from './built-page.ts';
import { countsOf, enter, HEIGHT_L0, makeSlide, WIDTH_L0 } from './findings-scene.ts';
import { enterLesions, signIn } from './review-scene.ts';

const [ACCEPT, REJECT] = [
  { verdict: 'accept', note: '' },
  { verdict: 'reject', reason: 'artefact', note: '' },
] as const;
const TO = { xL0: 2600, yL0: 1200 };
/** Boxes of 40 px and more, apart from others. */
const LARGE = { x0L0: 1300, y0L0: 300, x1L0: 1700, y1L0: 500 };
const ACCEPTED: Detection = { rank: 1, class: 'positive', probability: 0.99, ...LARGE };
const REJECTED: Detection = { ...ACCEPTED, rank: 2, y0L0: 800, y1L0: 1000 };
const PLAIN: Detection = { ...ACCEPTED, rank: 3, y0L0: 1300, y1L0: 1500 };
const MOVED: Detection = { ...ACCEPTED, rank: 4, y0L0: 1800, y1L0: 2000 };
/** 50 rows of 50 about the middle, and far more below. */
const CROWD: readonly Detection[] = Array.from({ length: 200_000 }, (_, k) => {
  const [x0L0, y0L0, sideL0] =
    k < 2500
      ? [650 + 34 * (k % 50), 350 + 34 * Math.floor(k / 50), 12]
      : [2.5 * ((k - 2500) % 1200), 2060 + 2 * Math.floor((k - 2500) / 1200), 2];
  const box = { x0L0, y0L0, x1L0: x0L0 + sideL0, y1L0: y0L0 + sideL0 };
  return { rank: k + 1, class: 'nucleus', probability: 0.9 - k / 1e6, ...box };
});
/** In the middle of the slide, one beside the other. */
const [TICKED, CROSSED] = [50 * 25 + 24, 50 * 25 + 26];

describe('what was decided', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  const slides: Record<string, string> = {};
  let api: RunningApi;
  let page: Page;
  let complaints: string[];
  let reader: Caller;

  beforeAll(async () => {
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    api = resources.use(await startApi({}, 'keys'));
    const owner = (await makeKey(api.store, { roles: ['lab-admin'] })).key;
    reader = await callerWith(api, 'reviewer');
    const slideOf = async (name: string) => {
      const slide = await makeSlide(api, folder.path, name, owner);
      slides[name] = slide.id;
      return slide;
    };
    const detections = [ACCEPTED, REJECTED, PLAIN, MOVED];
    const counts = countsOf(detections, ['positive', 'negative']);
    await decide(await enter(api, await slideOf('few.tif'), 'detect', { detections, counts }), {
      ...{ 'detection-1': ACCEPT, 'detection-2': REJECT },
      'detection-4': { verdict: 'moved', to: TO, note: '' },
    });
    const crowd = { detections: CROWD, counts: countsOf(CROWD, ['nucleus']) };
    await decide(await enter(api, await slideOf('crowd.tif'), 'detect', crowd), {
      ...{ [`detection-${TICKED + 1}`]: ACCEPT, [`detection-${CROSSED + 1}`]: REJECT },
    });
    await decide(await enterLesions(api, await slideOf('lesions.tif')), {
      ...{ 'lesion-1': ACCEPT, 'lesion-2': REJECT },
      'lesion-3': { verdict: 'moved', to: { xL0: 2300, yL0: 1000 }, note: '' },
      'added-6f1c8f50-4a4e-4b1c-9a6e-1f2f0a3a6a11': {
        ...{ verdict: 'added', note: '' },
        shape: { kind: 'point', xL0: 700, yL0: 1700 },
      },
    });
    ({ page, complaints } = resources.use(await openPage(api.url)));
    page.setDefaultTimeout(60_000);
    await page.goto(api.url);
    await signIn(page, reader.key);
  }, 2 * PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  async function decide(analysisId: string, decisions: Readonly<Record<string, Decision>>): Promise<void> {
    const { id, version } = await openReview(reader, analysisId);
    const changes = Object.entries(decisions).map(([of, decision]) => ({ key: of, decision }));
    expect((await reader.ask('PATCH', paths.decisions(id), { changes }, version)).status).toBe(200);
  }

  async function openSlide(name: string): Promise<Box> {
    await page.goto(`${api.url}/#/slides/${slides[name]}`);
    await page.locator('.viewer[data-ready=true]').waitFor();
    await page.locator('.save-line').getByText('All saved').waitFor();
    return boxOf(page.locator('.viewer-stage'));
  }

  it('is drawn whole and heavy when accepted, broken when rejected, thin when open, and where it was moved to', async () => {
    const stage = await openSlide('few.tif');
    const at = await pixels(page, 'decided-few.png');
    const scale = Math.min(stage.width / WIDTH_L0, stage.height / HEIGHT_L0);
    const place = (xL0: number, yL0: number) =>
      [
        stage.x + stage.width / 2 + (xL0 - WIDTH_L0 / 2) * scale,
        stage.y + stage.height / 2 + (yL0 - HEIGHT_L0 / 2) * scale,
      ] as const;
    /** Greys across the lower line of a box, at each pixel along its middle half. */
    const line = ({ x0L0, x1L0, y1L0 }: Omit<Detection, 'rank' | 'class' | 'probability'>) => {
      const [left, y] = place(x0L0 + (x1L0 - x0L0) / 4, y1L0);
      const [right] = place(x1L0 - (x1L0 - x0L0) / 4, y1L0);
      return Array.from({ length: Math.floor(right - left) }, (_, k) =>
        Array.from({ length: 15 }, (__, row) => grey(at(Math.round(left) + k, Math.round(y) - 7 + row))),
      );
    };
    const [accepted, rejected, plain] = [line(ACCEPTED), line(REJECTED), line(PLAIN)];
    const spread = (columns: readonly number[][]) =>
      Math.max(...columns.map(lightest)) - Math.min(...columns.map(lightest));
    const lightest = (column: readonly number[]) => Math.max(...column.slice(5, 10));
    // Dashes are light and the gaps between them dark; the others are the same all along.
    expect([spread(accepted) < 30, spread(plain) < 30, spread(rejected) > 150]).toEqual([true, true, true]);
    // The dark ground beside the line: that of decided ones alone.
    const darks = (columns: readonly number[][]) => columns[10]?.filter((value) => value < 70).length ?? 0;
    expect([darks(accepted) >= 2, darks(plain)]).toEqual([true, 0]);
    const heavy = (columns: readonly number[][]) =>
      columns[10]?.filter((value) => value > 90 && value < 150).length ?? 0;
    expect(heavy(accepted)).toBeGreaterThan(heavy(plain) - 1);
    const [dx, dy] = [TO.xL0 - 1500, TO.yL0 - 1900];
    const there = line({ x0L0: 1300 + dx, x1L0: 1700 + dx, y0L0: 1800 + dy, y1L0: 2000 + dy });
    expect([spread(there) < 30, darks(there) >= 2, spread(line(MOVED)) > 80]).toEqual([true, true, true]);
  });

  it('lies over the other 199,998, in each way that they are drawn', async () => {
    const stage = await openSlide('crowd.tif');
    const [x, y] = [Math.round(stage.x + stage.width / 2), Math.round(stage.y + stage.height / 2)];
    for (const [power, name] of [
      ['40', 'each-frame'],
      ['20', 'pictures'],
    ] as const) {
      await page.getByRole('button', { name: `Show at ${power}×` }).click();
      await page.waitForTimeout(1500);
      const status = () => page.locator('.findings-status').textContent();
      await expect.poll(status, { timeout: 60_000 }).toBe('');
      const at = await pixels(page, `decided-crowd-${name}.png`);
      const scale = (Number(power) * 0.25) / 10;
      const around = (k: number) => {
        const { x0L0 = 0, x1L0 = 0, y0L0 = 0, y1L0 = 0 } = CROWD[k] ?? {};
        const px = Math.round(x + ((x0L0 + x1L0 - WIDTH_L0) / 2) * scale);
        const py = Math.round(y + ((y0L0 + y1L0 - HEIGHT_L0) / 2) * scale);
        return Array.from({ length: 81 }, (_, i) => at(px - 4 + (i % 9), py - 4 + Math.floor(i / 9)));
      };
      const share = (of: Rgb, colours: readonly Rgb[]) =>
        colours.filter((one) => Math.max(...one.map((v, c) => Math.abs(v - (of[c] ?? 0)))) < 25).length;
      const [tick, cross, other] = [TICKED, CROSSED, TICKED - 300].map(around);
      const [GREEN, WHITE]: readonly Rgb[] = [
        [126, 226, 168],
        [255, 255, 255],
      ];
      if (!tick || !cross || !other || !GREEN || !WHITE) throw new Error('no such place');
      expect([share(GREEN, tick) > 15, share(WHITE, cross) > 15], name).toEqual([true, true]);
      // Others have no more than their light rim.
      expect([share(GREEN, other), share(WHITE, other) < share(WHITE, cross) / 2], name).toEqual([0, true]);
    }
  });

  it('has a mark of its own shape for every lesion: heavy, broken and crossed, diamond, square', async () => {
    await openSlide('lesions.tif');
    await page.locator('.mark[data-state=added]').waitFor();
    await page.getByLabel('Heatmap', { exact: true }).setChecked(false);
    const at = await pixels(page, 'decided-lesions.png');
    const shape = async (state: string): Promise<string> => {
      const { x, y, width, height } = await boxOf(page.locator(`.mark[data-state=${state}]`).first());
      // Lighter than the slide's grey or not, in grey values alone.
      return Array.from({ length: 26 * 26 }, (_, k) => {
        const [px, py] = [x + width / 2 - 13 + (k % 26), y + height / 2 - 13 + Math.floor(k / 26)];
        return grey(at(Math.round(px), Math.round(py))) > 235
          ? '#'
          : grey(at(Math.round(px), Math.round(py))) < 60
            ? '.'
            : ' ';
      }).join('');
    };
    const shapes = await Promise.all(['accept', 'reject', 'moved', 'added', 'undecided'].map(shape));
    const unlike = (a: string, b: string) => [...a].filter((value, k) => value !== b[k]).length / a.length;
    for (const [k, one] of shapes.entries())
      for (const other of shapes.slice(k + 1)) expect(unlike(one, other)).toBeGreaterThan(0.08);
  });

  it('logged no error', () => expect(complaints).toEqual([]));
});

/** Rec. 709, 0 … 255. */
function grey([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
