import { z } from 'zod';
import { AnalysisParameters } from '../analysis.ts';
import { Deadline, Lane, ModelName, Priority } from './analyses.ts';
import { Id, Instant } from './common.ts';

/** Of one batch, and so of one transaction. */
export const MAX_BATCH = 10_000;

const BatchName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'no control characters')
  .meta({ examples: ['Sentinel nodes, week 48'] });

const BatchItem = z.strictObject({
  slideId: Id,
  model: ModelName,
  parameters: AnalysisParameters.optional(),
  lane: Lane.optional(),
  priority: Priority.optional(),
  deadline: Deadline.optional(),
});

/**
 * Either `slideIds` × `models`, slide by slide, or `items`, each a slide and a model. What an item does not say is as the
 * batch says. At most 10,000 analyses.
 */
export const SubmitBatch = z
  .strictObject({
    name: BatchName.optional(),
    slideIds: z.array(Id).min(1).max(MAX_BATCH).optional(),
    models: z.array(ModelName).min(1).max(100).optional(),
    items: z.array(BatchItem).min(1).max(MAX_BATCH).optional(),
    parameters: AnalysisParameters.prefault({}),
    lane: Lane.default('routine'),
    priority: Priority.default(0),
    deadline: Deadline.optional(),
  })
  .superRefine(({ slideIds, models, items }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (items === undefined && (slideIds === undefined || models === undefined))
      refuse('items', 'either slideIds and models, or items');
    if (items !== undefined && (slideIds !== undefined || models !== undefined))
      refuse('items', 'not both items and slideIds × models');
    if ((slideIds?.length ?? 0) * (models?.length ?? 0) > MAX_BATCH)
      refuse('slideIds', `at most ${MAX_BATCH} analyses`);
    if (new Set(slideIds).size < (slideIds?.length ?? 0)) refuse('slideIds', 'a slide twice');
    if (new Set(models).size < (models?.length ?? 0)) refuse('models', 'a model twice');
  })
  .meta({
    examples: [{ name: 'Sentinel nodes', slideIds: ['01991f6e-8a1c-7c4e-9d3a-5b1f0e6a7c21'], models: ['metastasis'] }],
  });
export type SubmitBatch = z.input<typeof SubmitBatch>;

/** Of a batch sent as CSV, which has no place for it. */
export const SubmitBatchQuery = z.object({ name: BatchName.optional() });

export const CancelBatch = z.strictObject({
  /** Only these of its analyses; all that are open where it is left out. */
  analysisIds: z.array(Id).min(1).max(MAX_BATCH).optional(),
});
export type CancelBatch = z.input<typeof CancelBatch>;

const Count = z.int().nonnegative();
export const BatchCounts = z.object({
  queued: Count,
  running: Count,
  succeeded: Count,
  failed: Count,
  canceled: Count,
});

export const Batch = z.object({
  id: Id,
  name: z.string().nullable(),
  total: z.int().positive(),
  /** Over all states they come to `total`. */
  counts: BatchCounts,
  /** Share of the work that is over, 0 … 1; of running analyses by their patches. */
  progress: z.number().min(0).max(1),
  /** An estimate, from its last analysis’s place in the queue and how fast analyses ended lately; null when unknown, and in lists. */
  etaSeconds: z.number().nonnegative().nullable(),
  createdAt: Instant,
  /** When its last analysis ended; null while any is open. */
  finishedAt: Instant.nullable(),
});
export type Batch = z.infer<typeof Batch>;

export const BatchPage = z.object({ items: z.array(Batch), nextCursor: z.string().nullable() });
export type BatchPage = z.infer<typeof BatchPage>;

/**
 * One server-sent event: how the batch stands. `id:` is how many of its analyses have ended (to be sent back as
 * Last-Event-ID), `event:` the word 'batch', `data:` this object. The stream ends once all have.
 */
export const BatchEvent = z.object({ seq: Count, at: Instant, batch: Batch });
export type BatchEvent = z.infer<typeof BatchEvent>;
