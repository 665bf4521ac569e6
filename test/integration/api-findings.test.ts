import type { Detection, Segment } from '@gigascope/contracts';
import { DetectionPage, FindingDensity, Problem, paths, SegmentPage } from '@gigascope/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { addTenantB, sampleAnalysis, sampleResult, TENANT_A, TENANT_B } from '../support/store-samples.ts';

/** 40 columns of 25 boxes of 20 × 10 px, 100 px apart; every third is positive, the later the less probable. */
const BOXES: readonly Detection[] = Array.from({ length: 1000 }, (_, k) => {
  const [x, y] = [100 * (k % 40), 100 * Math.floor(k / 40)];
  return {
    ...{ rank: k + 1, class: k % 3 === 0 ? 'positive' : 'negative', probability: 1 - k / 2000 },
    ...{ x0L0: x + 0.5, y0L0: y, x1L0: x + 20.5, y1L0: y + 10 },
  };
});

/** A square of 1000 px with a hole of 500 px, and a triangle far from it. */
const OUTLINES: readonly Segment[] = [
  {
    ...{ rank: 1, class: 'tumour', probability: 0.75, areaUm2: 187_500 },
    rings: [
      [0, 0, 1000, 0, 1000, 1000, 0, 1000],
      [250, 250, 250, 750, 750, 750, 750, 250],
    ],
  },
  { rank: 2, class: 'gland', probability: 0.5, areaUm2: 50, rings: [[3000.25, 2000, 3020, 2000, 3010, 2010.5]] },
];

let api: RunningApi;
let boxes: string;
let outlines: string;
let foreign: string;
let queued: string;

beforeAll(async () => {
  api = await startApi();
  await addTenantB(api.ownerUrl);
  const { slideId } = await sampleAnalysis(api.store);
  const theirs = await sampleAnalysis(api.store, TENANT_B);
  const enter = (sample: Partial<Parameters<typeof enterFinished>[2]>) =>
    enterFinished(api.store, api.workerStore, { tenantId: TENANT_A, slideId, result: sampleResult(0), ...sample });
  boxes = await enter({ detections: BOXES });
  outlines = await enter({ segments: OUTLINES });
  foreign = await enter({ tenantId: TENANT_B, slideId: theirs.slideId, detections: BOXES, segments: OUTLINES });
  queued = (await api.store.analyses.submit(TENANT_A, await sampleAnalysis(api.store))).id;
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

const get = (path: string): Promise<Response> => fetch(`${api.url}${path}`);
const json = async (path: string): Promise<unknown> => (await get(path)).json();

async function detections(query: string): Promise<DetectionPage> {
  return DetectionPage.parse(await json(`${paths.detections(boxes)}?${query}`));
}

async function segments(query: string): Promise<SegmentPage> {
  return SegmentPage.parse(await json(`${paths.segments(outlines)}?${query}`));
}

const ranks = ({ items }: DetectionPage | SegmentPage): number[] => items.map(({ rank }) => rank);

describe('boxes', () => {
  it('come as they were stored, 200 to a page, and may be kept for good', async () => {
    const response = await get(paths.detections(boxes));
    expect(response.headers.get('cache-control')).toContain('immutable');
    const page = DetectionPage.parse(await response.json());
    expect(page).toEqual({ items: BOXES.slice(0, 200), nextCursor: '200' });
  });

  it('come all 1000 once, by rank, over pages of 333', async () => {
    const seen: number[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: DetectionPage = await detections(`limit=333${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...ranks(page));
      cursor = page.nextCursor;
      pages++;
    } while (cursor !== null);
    expect(seen).toEqual(BOXES.map(({ rank }) => rank));
    expect(pages).toBe(4);
  });

  it('are 334 positive ones, 501 from 0.75 on, and 167 of both', async () => {
    const of = async (query: string): Promise<number> => (await detections(`limit=2000&${query}`)).items.length;
    expect(await of('class=positive')).toBe(334);
    expect(await of('minProbability=0.75')).toBe(501);
    expect(await of('class=positive&minProbability=0.75')).toBe(167);
    expect(await of('class=nobody')).toBe(0);
  });

  it.each([
    ['between the boxes', [21, 11, 99, 99], []],
    ['at the border of one', [20.5, 10, 99, 99], [1]],
    ['inside one', [2, 2, 3, 3], [1]],
    ['over 2 × 2', [90, 90, 210, 210], [42, 43, 82, 83]],
    ['of no extent, on one', [105, 5, 105, 5], [2]],
    ['off the slide', [-500, -500, -1, -1], []],
  ] as const)('of an area %s are ranks %o → %o', async (_where, [x0, y0, x1, y1], expected) => {
    expect(ranks(await detections(`x0=${x0}&y0=${y0}&x1=${x1}&y1=${y1}`))).toEqual(expected);
  });

  it('of an area come in pages too, with class and probability', async () => {
    const area = 'x0=0&y0=0&x1=4000&y1=550';
    const first = await detections(`${area}&class=negative&minProbability=0.95&limit=50`);
    const second = await detections(`${area}&class=negative&minProbability=0.95&limit=50&cursor=${first.nextCursor}`);
    const expected = BOXES.filter((box) => box.class === 'negative' && box.probability >= 0.95 && box.y0L0 <= 550);
    expect([...ranks(first), ...ranks(second)]).toEqual(expected.map(({ rank }) => rank));
    expect(second.nextCursor).toBe(null);
  });
});

describe('outlines', () => {
  it('come with their holes, number for number', async () => {
    expect(await segments('')).toEqual({ items: OUTLINES, nextCursor: null });
  });

  it.each([
    ['a corner of the first', [990, 990, 5000, 1500], [1]],
    ['the hole of the first, by its bounding box', [400, 400, 500, 500], [1]],
    ['the second only', [3015, 2005, 3016, 2006], [2]],
    ['both', [0, 0, 5000, 5000], [1, 2]],
    ['neither', [1001, 0, 2999, 5000], []],
  ] as const)('touch an area at %s', async (_where, [x0, y0, x1, y1], expected) => {
    expect(ranks(await segments(`x0=${x0}&y0=${y0}&x1=${x1}&y1=${y1}`))).toEqual(expected);
  });

  it('are 1 of class gland and 1 from 0.6 on', async () => {
    expect(ranks(await segments('class=gland'))).toEqual([2]);
    expect(ranks(await segments('minProbability=0.6'))).toEqual([1]);
  });
});

describe('counts by place', () => {
  it('put each of 1000 boxes into the cell of its centre, the whole slide over', async () => {
    const density = FindingDensity.parse(await json(`${paths.density(boxes, 'detections')}?cellL0=512`));
    expect(counted(density)).toEqual(countedHere(512, () => true));
  });

  it('of an area leave out boxes that only touch it', async () => {
    const area = 'x0=0&y0=0&x1=1010&y1=505';
    const density = FindingDensity.parse(await json(`${paths.density(boxes, 'detections')}?cellL0=256&${area}`));
    expect(counted(density)).toEqual(countedHere(256, (x, y) => x <= 1010 && y <= 505));
  });

  it('know outlines by the centre of their bounding box', async () => {
    expect(await json(`${paths.density(outlines, 'segments')}?cellL0=400`)).toEqual({
      cellL0: 400,
      classes: [
        { class: 'gland', cells: [[7, 5, 1]] },
        { class: 'tumour', cells: [[1, 1, 1]] },
      ],
    });
  });

  /** `class col row` → count. */
  function counted({ classes }: FindingDensity): Record<string, number> {
    return Object.fromEntries(classes.flatMap((own) => own.cells.map(([c, r, n]) => [`${own.class} ${c} ${r}`, n])));
  }

  function countedHere(cellL0: number, within: (x: number, y: number) => boolean): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { class: name, x0L0, y0L0, x1L0, y1L0 } of BOXES) {
      const [x, y] = [(x0L0 + x1L0) / 2, (y0L0 + y1L0) / 2];
      const key = `${name} ${Math.floor(x / cellL0)} ${Math.floor(y / cellL0)}`;
      if (within(x, y)) counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }
});

describe('who may ask for what', () => {
  const addresses = (id: string): string[] => [
    paths.detections(id),
    `${paths.detections(id)}?x0=0&y0=0&x1=9&y1=9`,
    paths.segments(id),
    `${paths.density(id, 'detections')}?cellL0=512`,
    `${paths.density(id, 'segments')}?cellL0=512&x0=0&y0=0&x1=9&y1=9`,
  ];

  it('answers 404 for an analysis of another laboratory, at each of 5 addresses', async () => {
    for (const path of addresses(foreign)) {
      expect(Problem.parse(await json(path)), path).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
  });

  it('finds no row of another laboratory by place, asked for in the database itself', async () => {
    const count = async (tenantId: string): Promise<unknown> => {
      const [row] = await asOwner<{ n: number }>(
        api.appUrl,
        `SELECT n FROM (SELECT set_config('app.tenant', '${tenantId}', false)) s,
           LATERAL (SELECT count(*)::integer AS n FROM detections_at($1, box(point(0, 0), point(1e6, 1e6)), NULL, 0, -1, NULL)) c`,
        [foreign],
      );
      return row?.n;
    };
    expect(await count(TENANT_B)).toBe(1000);
    expect(await count(TENANT_A)).toBe(0);
  });

  it('answers 409 RESULT_NOT_READY while the analysis is queued, at each of 5 addresses', async () => {
    for (const path of addresses(queued)) {
      expect(Problem.parse(await json(path)), path).toMatchObject({ status: 409, code: 'RESULT_NOT_READY' });
    }
  });

  it('answers an empty page where the model makes none', async () => {
    expect(await json(paths.segments(boxes))).toEqual({ items: [], nextCursor: null });
    expect(await json(paths.detections(outlines))).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    'limit=2001',
    'limit=0',
    'cursor=-1',
    'cursor=1e3',
    'minProbability=1.5',
    'class=',
    'x0=1&y0=1&x1=2',
    'x0=2&y0=1&x1=1&y1=2',
    'x0=a&y0=1&x1=1&y1=2',
    'x0=0&y0=0&x1=1&y1=Infinity',
  ])('refuses ?%s with 400', async (query) => {
    const problem = Problem.parse(await json(`${paths.detections(boxes)}?${query}`));
    expect(problem).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID' });
    expect(problem.issues?.length).toBeGreaterThan(0);
  });

  it.each(['', 'cellL0=1', 'cellL0=512.5'])('refuses counts by ?%s with 400', async (query) => {
    const problem = Problem.parse(await json(`${paths.density(boxes, 'detections')}?${query}`));
    expect(problem).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID' });
  });
});

describe('by place, of 50,000 boxes', () => {
  it('is answered for a whole slide of them before the database has counted them', async () => {
    await asOwner(api.ownerUrl, 'ALTER TABLE detections SET (autovacuum_enabled = false)');
    const id = await manyBoxes();
    const area = 'x0=0&y0=0&x1=9999&y1=9999';
    const page = DetectionPage.parse(await json(`${paths.detections(id)}?${area}&limit=2000`));
    expect(page).toMatchObject({ nextCursor: '2000' });
    const density = FindingDensity.parse(await json(`${paths.density(id, 'detections')}?cellL0=4096&${area}`));
    expect(density.classes[0]?.cells.reduce((sum, [, , count]) => sum + count, 0)).toBe(50_000);
  });

  it('is looked up in the index and not by reading the analysis', async () => {
    const id = await manyBoxes();
    await asOwner(api.ownerUrl, 'ANALYZE detections');
    const before = await blocksRead();
    const page = DetectionPage.parse(await json(`${paths.detections(id)}?x0=4005&y0=4005&x1=4075&y1=4075&limit=2000`));
    expect(page.items.length).toBe(4);
    // Reading all of the analysis' rows takes over 600 blocks.
    expect((await blocksRead()) - before).toBeLessThan(100);
  });

  async function manyBoxes(): Promise<string> {
    const { slideId } = await sampleAnalysis(api.store);
    const sample = { tenantId: TENANT_A, slideId, result: sampleResult(0) };
    const id = await enterFinished(api.store, api.workerStore, sample);
    await asOwner(
      api.ownerUrl,
      `INSERT INTO detections (analysis_id, tenant_id, rank, class, probability, x_l0, y_l0, width_l0, height_l0)
       SELECT $1, $2, k + 1, 'nucleus', 0.5, 40 * (k % 250), 40 * (k / 250), 30, 30 FROM generate_series(0, 49999) k`,
      [id, TENANT_A],
    );
    return id;
  }

  /** Of the table so far; the API's connection, which the pool gives out again, hands in its count first. */
  async function blocksRead(): Promise<number> {
    await api.store.connection.inNoTenant((tx) =>
      tx.selectNoFrom(({ fn }) => fn('pg_stat_force_next_flush', []).as('flushed')).execute(),
    );
    const [row] = await asOwner<{ n: number }>(
      api.ownerUrl,
      `SELECT (heap_blks_read + heap_blks_hit)::integer AS n FROM pg_statio_user_tables WHERE relname = 'detections'`,
    );
    return row?.n ?? 0;
  }
});
