import { z } from 'zod';
import { Id } from './common.ts';

export { ImportModelQuery } from '../import-model.ts';

export const Model = z.object({
  id: Id,
  name: z.string(),
  version: z.string(),
  sha256: z.string(),
  title: z.string(),
  task: z.string(),
  scope: z.object({ organ: z.string(), stain: z.string(), species: z.string() }),
  /** µm per pixel at which the slide is read, and the threshold; null for a pipeline, whose stages have their own. */
  mpp: z.number().positive().nullable(),
  threshold: z.number().nullable(),
  intendedUse: z.string(),
  licence: z.string(),
});
export type Model = z.infer<typeof Model>;

/** What a bundle states of itself; null where its task has no such thing. */
export const ModelDetail = Model.extend({
  classes: z.array(z.string()),
  positiveClass: z.string().nullable(),
  architecture: z.string().nullable(),
  patchSizePx: z.int().positive().nullable(),
  parameterCount: z.int().positive().nullable(),
  /** Finest and coarsest µm per level-0 pixel that it was made for. */
  mppRange: z.tuple([z.number(), z.number()]).nullable(),
  trainingData: z.array(z.object({ name: z.string(), licence: z.string(), patches: z.int().nonnegative() })),
  /** As its makers measured; `nameLow` and `nameHigh` are the ends of the interval of `name`. */
  figures: z.record(z.string(), z.number()),
  /** Names of a pipeline's stages, in order. */
  stages: z.array(z.string()),
});
export type ModelDetail = z.infer<typeof ModelDetail>;

export const ModelList = z.object({ items: z.array(Model) });
export type ModelList = z.infer<typeof ModelList>;
