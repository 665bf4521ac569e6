import { z } from 'zod';
import { TissueMethod } from './analysis.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Probability = z.number().min(0).max(1);
/** A path inside the bundle's folder: no root, no step upwards. */
const InnerFolder = z.string().regex(/^[A-Za-z0-9][\w-]*(\/[A-Za-z0-9][\w-]*)*$/);

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
  /** What runs the network: model.onnx by onnxruntime, which is meant where nothing is stated, or what lies in `tfjs/`. */
  engine: z.enum(['onnxruntime', 'tfjs']).optional(),
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
  /** How tissue is told from glass for this model; saturation where it does not say. A pale immunostain beside a pen mark has too little of it. */
  tissue: TissueMethod.optional(),
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
  /**
   * The network is unpadded: a square of patchSizePx + (k − 1) · stridePx pixels goes through it in one pass and gives what
   * its k² patches give one by one, [N · k², classes], row by row. onnxruntime only.
   */
  dense: z.literal(true).optional(),
  /** Slide called positive, and lesions reported, from this probability on. */
  threshold: Probability,
  nmsRadiusUm: z.number().positive(),
  /** Tensors of a class activation map (Zhou et al. 2016): the last maps [N, K, h, w] and the weights [classes, K] after pooling. */
  activationMap: z.object({ features: z.string(), weights: z.string() }).optional(),
});

const Detect = ModelBase.extend({
  task: z.literal('detect'),
  /** float32 [K, 7]: image, x0, y0, x1, y1 in patch pixels, score, class. */
  output: z.object({ name: z.string(), meaning: z.literal('boxes') }),
  /** Detections below it are not reported. */
  threshold: Probability,
  nmsIou: Probability,
  /** An object is of one class only: non-maximum suppression goes across classes. */
  exclusive: z.boolean(),
  /** Longest side of an object in patch pixels; windows overlap by at least this. */
  maxObjectPx: z.int().positive(),
  /** How far outside its core a window keeps a detection's centre (the seam rule). */
  marginPx: z.int().min(16),
  /** The network's own limit for one patch; reaching it is said. */
  maxPerPatch: z.int().positive(),
});

const Segment = ModelBase.extend({
  task: z.literal('segment'),
  classes: z.array(z.string().min(1)).min(2),
  /** float32 [N, classes, outputSizePx, outputSizePx]. */
  output: z.object({ name: z.string(), meaning: z.enum(['probabilities', 'logits']) }),
  /** patchSizePx for padded networks, less for unpadded ones. */
  outputSizePx: z.int().positive(),
  /** How windows meet: cut at the core (exact for unpadded networks) or faded into each other. */
  merge: z.enum(['crop', 'blend']),
  /** With two classes, the foreground's least probability. */
  threshold: Probability,
  /** How far an outline may be moved to save points. */
  simplifyUm: z.number().nonnegative(),
  minAreaUm2: z.number().nonnegative(),
  /** How many pixels each object grows beyond what the network marks: nuclei are learnt less a rim, so that neighbours stay apart. */
  growPx: z.int().nonnegative().max(32).default(0),
  /** true: each connected piece is an object, such as a nucleus; false: a region of tissue. */
  objects: z.boolean(),
});

const Pipeline = BundleBase.extend({
  task: z.literal('pipeline'),
  /** Bundles in folders of their own inside this one; the first chooses what the second reads. */
  stages: z.array(z.object({ name: z.string().min(1), folder: InnerFolder })).length(2),
  /**
   * Class of the first stage whose cells the second stage reads, from this probability on. A first stage of lower resolution makes
   * the bundle one that goes from coarse to fine: what it says nothing of is not looked at.
   */
  regions: z.object({ class: z.string(), threshold: Probability }),
  /** Class of the second stage that counts as positive. */
  positiveClass: z.string(),
  /** How the second stage's findings become a grade; without one they are the bundle's own, and its second stage classifies. */
  grading: z.literal('banff-c4d').optional(),
});

/** model.json of a bundle with one network. */
export const ModelManifest = z.discriminatedUnion('task', [Classify, Detect, Segment]);
export type ModelManifest = z.infer<typeof ModelManifest>;

/** model.json of a bundle. */
export const BundleManifest = z.discriminatedUnion('task', [Classify, Detect, Segment, Pipeline]);
export type BundleManifest = z.infer<typeof BundleManifest>;

export type Task = BundleManifest['task'];
/** The manifest of one task. */
export type ManifestOf<T extends Task> = Extract<BundleManifest, { readonly task: T }>;
