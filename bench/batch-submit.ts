import { AnalysisPage, Batch, paths } from '@gigascope/contracts/http';
import { enterModel, enterSlides, largestBatch } from '../test/support/api-batches.ts';
import { startApi } from '../test/support/running-api.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';

const SLIDES = 2500;
const ONE_BY_ONE = 100;
const SECONDS = 10;

/** 10,000 analyses over HTTP: entered in one call, listed page by page, half of them canceled by their ids, then the rest. */
export const batchSubmit: Benchmark = {
  description: '10,000 analyses in one call: submit, list, cancel',
  async run(say) {
    await using api = await startApi();
    const slides = await enterSlides(api.ownerUrl, SLIDES);
    await enterModel(api, 'metastasis');
    const post = (path: string, body: object = {}): Promise<Response> =>
      fetch(`${api.url}${path}`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(body),
      });
    const single = await timed(async () => {
      for (const slideId of slides.slice(0, ONE_BY_ONE)) await (await post(paths.analyses, { slideId })).json();
    });
    const asked = largestBatch(slides, 'metastasis');
    const submitted = await timed(async () => Batch.parse(await (await post(paths.batches, asked)).json()));
    const batch = submitted.value;
    const listed = await timed(() => listAll(api.url, batch.id));
    const half = listed.value.filter((_, i) => i % 2 === 0);
    const stop = async (body: object): Promise<Batch> =>
      Batch.parse(await (await post(paths.cancelBatch(batch.id), body)).json());
    const halved = await timed(() => stop({ analysisIds: half }));
    const ended = await timed(() => stop({}));
    const peer = `${ONE_BY_ONE} one by one: ${perSecond(ONE_BY_ONE, single.seconds)}`;
    const total = asked.items.length;
    const rows = [
      row('submitted in one call', submitted.seconds, batch.counts.queued === total, peer),
      row('listed, 200 a page', listed.seconds, new Set(listed.value).size === total, `${total / 200} pages`),
      row('half canceled by ids', halved.seconds, halved.value.counts.canceled === half.length, 'one transaction'),
      row('the rest canceled', ended.seconds, ended.value.counts.canceled === total, 'one transaction'),
    ];
    for (const { name, reached } of rows) say(`${name}: ${reached}`);
    return rows;
  },
};

/** Ids of a batch's analyses, newest first. */
async function listAll(url: string, batchId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `?limit=200&batchId=${batchId}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page: AnalysisPage = AnalysisPage.parse(await (await fetch(`${url}${paths.analyses}${query}`)).json());
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const startedMs = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - startedMs) / 1000 };
}

const perSecond = (count: number, seconds: number): string => `${Math.round(count / seconds)}/s`;

function row(what: string, seconds: number, right: boolean, peer: string): BenchmarkRow {
  return {
    name: `10,000 analyses: ${what}`,
    goal: `< ${SECONDS} s, right`,
    reached: `${seconds.toFixed(2)} s${right ? '' : ', WRONG'}`,
    met: right && seconds < SECONDS,
    peer,
    command: 'npm run bench -- batch-submit',
  };
}
