import { z } from 'zod';
import { AnalysisParameters } from '../analysis.ts';
import { OUTPUT_FILES } from '../paths.ts';
import { Failure, Id, Instant, PageQuery } from './common.ts';

export const OutputFile = z.enum(Object.keys(OUTPUT_FILES) as [keyof typeof OUTPUT_FILES]);
export type OutputFile = z.infer<typeof OutputFile>;

export const Lane = z.enum(['stat', 'routine', 'research']);
export type Lane = z.infer<typeof Lane>;

export const SubmitAnalysis = z.strictObject({
  slideId: Id,
  /** A model's name; its newest version runs. */
  model: z.string().min(1).max(100).default('metastasis'),
  parameters: AnalysisParameters.prefault({}),
  lane: Lane.default('routine'),
  /** Within its lane, larger first. */
  priority: z.int().min(0).max(100).default(0),
});
export type SubmitAnalysis = z.input<typeof SubmitAnalysis>;

export const AnalysisState = z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']);
export type AnalysisState = z.infer<typeof AnalysisState>;

export const AnalysisProgress = z.object({
  stage: z.enum(['queued', 'plan', 'blocks', 'finish']),
  blocksDone: z.int().nonnegative(),
  blocksTotal: z.int().nonnegative(),
  cellsDone: z.int().nonnegative(),
  cellsTotal: z.int().nonnegative(),
  patchesPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  /** Analyses that start before this one; null once it runs. */
  queuePosition: z.int().nonnegative().nullable(),
});
export type AnalysisProgress = z.infer<typeof AnalysisProgress>;

export const Analysis = z.object({
  id: Id,
  slideId: Id,
  model: z.object({ name: z.string(), version: z.string() }),
  state: AnalysisState,
  lane: Lane,
  progress: AnalysisProgress,
  error: Failure.nullable(),
  /** By `scoreMeaning`: the largest heatmap value, 0 … 1, or the Banff grade; null until the analysis succeeded, and when there is none. */
  score: z.number().nullable(),
  scoreMeaning: z.enum(['highest-probability', 'banff-grade', 'none']).nullable(),
  positive: z.boolean().nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
});
export type Analysis = z.infer<typeof Analysis>;

export const AnalysesQuery = PageQuery.extend({ slideId: Id.optional() });
export const AnalysisPage = z.object({ items: z.array(Analysis), nextCursor: z.string().nullable() });
export type AnalysisPage = z.infer<typeof AnalysisPage>;

/**
 * One server-sent event. `id:` is its sequence within the analysis (to be sent back as Last-Event-ID), `event:` the word
 * 'analysis', `data:` this object. The analysis is over, and so is the stream, when `state` is one of the last three.
 */
export const AnalysisEvent = z.object({
  seq: z.int().positive(),
  kind: z.string(),
  state: AnalysisState,
  at: Instant,
  progress: AnalysisProgress.nullable(),
  error: Failure.nullable(),
});
export type AnalysisEvent = z.infer<typeof AnalysisEvent>;
