import { startInstallation } from '../test/support/installation.ts';
import type { Benchmark } from './benchmark.ts';
import { phantomSlide } from './phantom-slide.ts';

const SIDE_PX = { small: 2_000, full: 20_000, large: 20_000 } as const;
/** After one in which the engine is started and its model loaded. */
const RUNS = 3;
const PATIENCE_MS = 600_000;
const GOAL = 0.01;

/** The record's own times of one analysis, in milliseconds. */
interface Times {
  /** From submitted to succeeded. */
  readonly wholeMs: number;
  /** Of these, how long no task of the analysis was in a worker's hands. */
  readonly idleMs: number;
  readonly tasks: number;
  /** From a task's entering to a worker's claim, summed over the tasks that nothing but scheduling held up: plan and finish. */
  readonly waitMs: number;
}

/** What scheduling costs one slide on an otherwise idle installation, by the record's own times. */
export const scheduling: Benchmark = {
  description: 'share of an analysis’ time in which none of its tasks is being worked on',
  async run(say, size) {
    const slide = await phantomSlide({ widthPx: SIDE_PX[size], heightPx: SIDE_PX[size] }, say);
    await using installation = await startInstallation({ backend: 'postgres' });
    const { id: slideId } = await installation.upload(slide);
    const runs: Times[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const id = await installation.submit(slideId);
      const { state } = await installation.wait(id, PATIENCE_MS);
      if (state !== 'succeeded') throw new Error(`the analysis ${state}`);
      const [times] = await installation.query<Times>(TIMES, [id]);
      if (times === undefined) throw new Error('no times');
      say(`run ${run}: ${JSON.stringify(times)}`);
      if (run > 0) runs.push(times);
    }
    const sorted = runs.toSorted((a, b) => a.idleMs / a.wholeMs - b.idleMs / b.wholeMs);
    const median = sorted[sorted.length >> 1] as Times;
    const share = median.idleMs / median.wholeMs;
    return [
      {
        name: 'scheduling: share of a slide’s time',
        goal: '< 0.01',
        reached: Number(share.toFixed(4)),
        met: share < GOAL,
        peer:
          `${median.idleMs.toFixed(0)} ms of ${(median.wholeMs / 1000).toFixed(1)} s, ${median.tasks} tasks; plan and finish ` +
          `waited ${median.waitMs.toFixed(0)} ms to be claimed; median of ${RUNS} runs`,
        command: 'npm run bench -- scheduling',
      },
    ];
  },
};

/** Ranges of work, merged where they overlap, taken off the whole. */
const TIMES = `
  WITH done AS (
    SELECT t.kind, t.created_at, t.started_at, t.finished_at, a.created_at AS submitted, a.finished_at AS ended
    FROM tasks t JOIN analyses a ON a.id = t.analysis_id WHERE a.id = $1
  ), busy AS (
    SELECT sum(extract(epoch FROM upper(part) - lower(part))) AS seconds
    FROM unnest((SELECT range_agg(tstzrange(started_at, finished_at)) FROM done)) AS part
  )
  SELECT extract(epoch FROM max(ended) - min(submitted))::float8 * 1000 AS "wholeMs",
    (extract(epoch FROM max(ended) - min(submitted)) - (SELECT seconds FROM busy))::float8 * 1000 AS "idleMs",
    count(*)::integer AS tasks,
    (sum(extract(epoch FROM started_at - created_at)) FILTER (WHERE kind <> 'block'))::float8 * 1000 AS "waitMs"
  FROM done`;
