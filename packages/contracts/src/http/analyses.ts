import { z } from 'zod';
import { AnalysisParameters, Stamp } from '../analysis.ts';
import { OUTPUT_FILES } from '../paths.ts';
import { Failure, Id, Instant, PageQuery } from './common.ts';

export const OutputFile = z.enum(Object.keys(OUTPUT_FILES) as [keyof typeof OUTPUT_FILES]);
export type OutputFile = z.infer<typeof OutputFile>;

export const Lane = z.enum(['stat', 'routine', 'research']);
export type Lane = z.infer<typeof Lane>;

/** A model's name; its newest version runs. */
export const ModelName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'no control characters');

/** Within its lane, larger first. */
export const Priority = z.int().min(0).max(100);

/** When the result is wanted: sooner first among equals of a lane and priority. No promise. */
export const Deadline = z.iso
  .datetime({ offset: true })
  .refine((text) => text >= '2000', 'not before the year 2000')
  .meta({ examples: ['2027-03-01T16:00:00Z'] });

export const SubmitAnalysis = z.strictObject({
  slideId: Id,
  model: ModelName.default('metastasis'),
  parameters: AnalysisParameters.prefault({}),
  lane: Lane.default('routine'),
  priority: Priority.default(0),
  deadline: Deadline.optional(),
});
export type SubmitAnalysis = z.input<typeof SubmitAnalysis>;

/** What of an analysis is to be otherwise the second time; what is left out stays, but for a deadline. */
export const RerunAnalysis = z.strictObject({
  /** The model that ran before, also where there is a newer version of its name. */
  sameVersion: z.boolean().default(false),
  parameters: AnalysisParameters.optional(),
  lane: Lane.optional(),
  priority: Priority.optional(),
  deadline: Deadline.optional(),
});
export type RerunAnalysis = z.input<typeof RerunAnalysis>;

export const AnalysisState = z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']);
export type AnalysisState = z.infer<typeof AnalysisState>;

export const AnalysisProgress = z.object({
  stage: z.enum(['queued', 'plan', 'blocks', 'finish']),
  blocksDone: z.int().nonnegative(),
  blocksTotal: z.int().nonnegative(),
  cellsDone: z.int().nonnegative(),
  cellsTotal: z.int().nonnegative(),
  patchesPerSecond: z.number().nullable(),
  /**
   * An estimate of the seconds until it is done: while blocks run from its own rate; while it is queued from its place and
   * how fast analyses ended lately; null when nothing is known.
   */
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
  priority: z.int(),
  deadline: Instant.nullable(),
  /** The batch that it was submitted with. */
  batchId: Id.nullable(),
  /** The analysis that it repeats. */
  rerunOf: Id.nullable(),
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

/** One analysis with everything that its result depends on. */
export const AnalysisDetail = Analysis.extend({
  parameters: AnalysisParameters,
  slideSha256: z.string(),
  modelSha256: z.string(),
  /** What it ran with, down to the code and the processor; null until it succeeded. */
  stamp: Stamp.nullable(),
});
export type AnalysisDetail = z.infer<typeof AnalysisDetail>;

export const AnalysesQuery = PageQuery.extend({
  slideId: Id.optional(),
  batchId: Id.optional(),
  state: AnalysisState.optional(),
  model: ModelName.optional(),
  lane: Lane.optional(),
});
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
