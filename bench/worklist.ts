import { AnalysisPage, paths, SlidePage } from '@gigascope/contracts/http';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { openPage } from '../test/browser/browser.ts';
import { buildPage } from '../test/browser/built-page.ts';
import { enterModel } from '../test/support/api-batches.ts';
import { asOwner } from '../test/support/postgres.ts';
import { type RunningApi, startApi } from '../test/support/running-api.ts';
import { enterDay } from '../test/support/worklist-slides.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';

const SLIDES = { small: 300, full: 5000, large: 5000 } as const;
const ROUNDS = 9;
/** Nielsen's limit under which an answer feels immediate, and one under which nobody is kept waiting. */
const [SORT_GOAL_MS, FIRST_GOAL_MS] = [100, 1000];
const SORTS = ['score', 'uncertainty', 'priority', 'name'] as const;

/** A laboratory's worklist: its first page and its orders, over HTTP and on the screen, beside reading everything first. */
export const worklist: Benchmark = {
  description: 'the worklist of 5,000 slides with 7,500 analyses: first rows, and one order after another',
  async run(say, size) {
    await using resources = new AsyncDisposableStack();
    await buildPage();
    const api = resources.use(await startApi());
    const modelIds = [(await enterModel(api, 'first')).id, (await enterModel(api, 'second')).id];
    const { slides, analyses } = await enterDay(api.ownerUrl, { count: SLIDES[size], seed: 5, modelIds });
    await showPictures(api);
    say(`${slides.length} slides, ${analyses.length} analyses`);
    const all = await median(3, () => readEverything(api.url));
    const orders: number[] = [];
    for (const sort of SORTS) {
      orders.push(await median(ROUNDS, () => firstPage(api.url, sort)));
      say(`by ${sort}: ${told(orders.at(-1) ?? 0)}`);
    }
    const { page } = resources.use(await openPage(api.url));
    const first = await median(ROUNDS, () => openList(page, api.url));
    const shown: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      shown.push(await reorder(page, round));
      say(`on the screen: ${told(shown.at(-1) ?? 0)}`);
    }
    const peer = `all slides and all analyses read, 200 a page: ${told(all)}`;
    const name = `${slides.length.toLocaleString('en')} slides`;
    return [
      row(`${name}: a page of 100 in another order, over HTTP`, Math.max(...orders), SORT_GOAL_MS, peer),
      row(`${name}: first rows on the screen, from the address on`, first, FIRST_GOAL_MS, peer),
      row(`${name}: another order on the screen`, middle(shown), FIRST_GOAL_MS, peer),
    ];
  },
};

/** One picture for all, read from its file each time. */
async function showPictures({ blobs, ownerUrl }: RunningApi): Promise<void> {
  const jpeg = await sharp({ create: { width: 256, height: 200, channels: 3, background: '#e8c4d8' } })
    .jpeg()
    .toBuffer();
  const { key } = await blobs.put(jpeg, { extension: '.jpg' });
  await asOwner(ownerUrl, 'UPDATE slides SET thumbnail_key = $1', [key]);
  await asOwner(ownerUrl, 'VACUUM ANALYZE');
}

async function firstPage(url: string, sort: string): Promise<void> {
  const response = await fetch(`${url}${paths.slides}?worklist=true&limit=100&sort=${sort}`);
  SlidePage.parse(await response.json());
}

/** What a page has to ask for that orders by itself. */
async function readEverything(url: string): Promise<void> {
  for (const [path, Answer] of [
    [paths.slides, SlidePage],
    [paths.analyses, AnalysisPage],
  ] as const) {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
      cursor = Answer.parse(await (await fetch(`${url}${path}${query}`)).json()).nextCursor;
    }
  }
}

async function openList(page: Page, url: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(url);
  await page.locator('.line').first().waitFor();
}

/** By name, whose first differs, and back by score; timed in the page itself. */
function reorder(page: Page, round: number): Promise<number> {
  return page.evaluate(
    (sort) =>
      new Promise<number>((resolve) => {
        const first = () => document.querySelector('.line')?.id;
        const before = first();
        const select = [...document.querySelectorAll<HTMLSelectElement>('.filters select')].at(-1);
        if (!select) throw new Error('no order to choose');
        const begunMs = performance.now();
        const seen = new MutationObserver(() => {
          if (first() === before) return;
          seen.disconnect();
          resolve(performance.now() - begunMs);
        });
        seen.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['id'] });
        select.value = sort;
        select.dispatchEvent(new Event('change', { bubbles: true }));
      }),
    round % 2 === 0 ? 'name' : 'score',
  );
}

async function median(rounds: number, work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begunMs = performance.now();
    await work();
    times.push(performance.now() - begunMs);
  }
  return middle(times);
}

const middle = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
const told = (ms: number): string => `${ms.toFixed(0)} ms`;

function row(name: string, reachedMs: number, goalMs: number, peer: string): BenchmarkRow {
  const command = 'npm run bench -- worklist';
  return { name, goal: `< ${goalMs} ms`, reached: told(reachedMs), met: reachedMs < goalMs, peer, command };
}
