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

export const ModelList = z.object({ items: z.array(Model) });
export type ModelList = z.infer<typeof ModelList>;
