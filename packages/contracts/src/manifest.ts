import { z } from 'zod';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Probability = z.number().min(0).max(1);
/** A patch with its known output, run on load, so that a changed runtime or a damaged file is noticed. */
const GoldenPatch = z.object({
  /** File of raw uint8 RGB, patchSize · patchSize · 3 bytes. */
  file: z.string(),
  /**
   * What the model makes of it. classify: one probability per class. segment: for each class but the background the
   * mean probability in 8 × 8 fields of the output, row-major. detect: for each class the sum of its scores.
   */
  expected: z.array(z.number().nonnegative()).min(1),
  /** The same when the prediction is averaged over 8 orientations; classify only. */
  expectedOver8Orientations: z.array(Probability).min(1).optional(),
  tolerance: z.number().positive().default(1e-4),
});

/** What every bundle states, whatever it does. */
const BundleBase = z.object({
  schemaVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string(),
  title: z.string(),
  /** segment: the first is the background. detect: without a background. */
  classes: z.array(z.string().min(1)).min(1),
  /** What the bundle was made for; anything else is OUT_OF_SCOPE. */
  scope: z.object({
    organ: z.string(),
    stain: z.string(),
    species: z.string().default('human'),
    /** Finest and coarsest µm per level-0 pixel that it was made for. */
    mppRange: z.tuple([z.number().positive(), z.number().positive()]).optional(),
  }),
  licence: z.string(),
  intendedUse: z.string(),
  trainingData: z.array(z.object({ name: z.string(), licence: z.string(), patches: z.int().nonnegative() })),
  /** Measured figures, e.g. { "aucLeaveOneClusterOut": 0.91 }. */
  figures: z.record(z.string(), z.number()),
  /** SHA-256 of every file of the bundle but model.json itself, by path relative to the folder. */
  files: z.record(z.string(), Sha256),
});

/** What every bundle with one network states. */
const ModelBase = BundleBase.extend({
  architecture: z.string(),
  /** Side of the square patch in pixels at `mpp`. */
  patchSizePx: z.int().positive(),
  /** Side of the cell that a patch speaks for: a heatmap pixel, or the core of a window. */
  stridePx: z.int().positive(),
  /** µm per pixel at which patches are cut. */
  mpp: z.number().positive(),
  input: z.object({
    name: z.string(),
    layout: z.literal('NHWC'),
    dtype: z.literal('uint8'),
    colour: z.literal('RGB'),
    /** Normalisation lives in the graph; this says which, for people. */
    normalisation: z.string(),
  }),
  padding: z.literal('mirror'),
  parameterCount: z.int().positive(),
  multiplyAddCount: z.int().positive(),
  golden: GoldenPatch,
});

const Classify = ModelBase.extend({
  task: z.literal('classify'),
  classes: z.array(z.string().min(1)).min(2),
  positiveClass: z.string(),
  /** float32 [N, classes]. */
  output: z.object({ name: z.string(), meaning: z.enum(['probabilities', 'logits']) }),
  /** Slide called positive, and lesions reported, from this probability on. */
  threshold: Probability,
  nmsRadiusUm: z.number().positive(),
  /** Tensors of a class activation map (Zhou et al. 2016): the last maps [N, K, h, w] and the weights [classes, K] after pooling. */
  activationMap: z.object({ features: z.string(), weights: z.string() }).optional(),
});

/** model.json of a bundle. */
export const BundleManifest = Classify;
export type BundleManifest = z.infer<typeof BundleManifest>;
