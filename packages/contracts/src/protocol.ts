import { z } from 'zod';
import { AnalysisParameters, Block, GridSummary, TissueMethod, Urgency } from './analysis.ts';
import { Calibration, CalibrationWish, ChosenSettings } from './calibration.ts';
import { ImportDetails, ImportOutcome } from './import-model.ts';
import { NativeTiles } from './native-tiles.ts';
import { QualityShares, SlideMetadata, Spacing } from './slide.ts';

/** The messages between a parent and a service's process: method → what is asked and what comes back. */
export type Protocol = Readonly<Record<string, { readonly request: z.ZodType; readonly reply: z.ZodType }>>;

const Bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);
const Floats = z.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array);
const Image = z.object({ width: z.int().positive(), height: z.int().positive(), data: Bytes });
const Empty = z.object({});
const ProcessFigures = z.object({ peakMemoryBytes: z.number() });

/** null: pixels are wanted. */
const JpegQuality = z.int().min(1).max(100).nullable().default(null);
/** Encoded where that is wanted and libturbojpeg is here: a tenth of the bytes then go between the processes. */
const Picture = z.union([z.object({ jpeg: Bytes }), z.object({ image: Image })]);
export type Picture = z.infer<typeof Picture>;

const SlidePath = z.object({ path: z.string().min(1) });

/** What the tiler decided about a slide before any patch of this stage is read. */
export const AnalysisPlan = z.object({
  /** Of the bundle, from 0. */
  stage: z.int().nonnegative(),
  metadata: SlideMetadata,
  spacing: Spacing,
  grid: GridSummary,
  tissueShare: z.number().min(0).max(1),
  /** 1 where a cell is inferred; row-major [rows, columns]. */
  tissueCells: Bytes,
  blocks: z.array(Block),
  thumbnail: Image,
  resolutionLow: z.boolean(),
  /** Why the slide is none that the model was made for, where the caller forced the analysis; null otherwise. */
  outOfScope: z.string().nullable(),
});
export type AnalysisPlan = z.infer<typeof AnalysisPlan>;

const Doubles = z.custom<Float64Array<ArrayBuffer>>((value) => value instanceof Float64Array);

/**
 * A copy of a file in which every byte is zero except those that are kept or written anew, each at its old place: so no
 * tile moves, and what is left out cannot be got back.
 */
export const CleanPlan = z.object({
  /** Of the copy; at most the file's. */
  sizeBytes: z.int().nonnegative(),
  /** Start and end of each range that is copied, one after another, in ascending order and apart. */
  kept: Doubles,
  /** Written over the copy. */
  patches: z.array(z.object({ offset: z.int().nonnegative(), bytes: Bytes })),
});
export type CleanPlan = z.infer<typeof CleanPlan>;

/** services/reader: opens slides, so that a hostile one can end only this process. */
export const readerProtocol = {
  inspect: {
    request: SlidePath.extend({ tissue: TissueMethod, mppOverride: z.number().positive().nullable() }),
    reply: z.object({
      metadata: SlideMetadata,
      spacing: Spacing.nullable(),
      tissueShare: z.number().nullable(),
      library: z.string(),
    }),
  },
  region: {
    request: SlidePath.extend({
      xL0: z.int(),
      yL0: z.int(),
      level: z.int().nonnegative(),
      widthPx: z.int().positive(),
      heightPx: z.int().positive(),
    }),
    reply: z.object({ image: Image }),
  },
  /** What a slide must pass to be accepted: its metadata can be read, and all of it decoded into a thumbnail. */
  probe: {
    request: SlidePath.extend({ thumbnailSidePx: z.int().positive().max(4096) }),
    reply: z.object({ metadata: SlideMetadata, thumbnail: Image }),
  },
  /** One Deep Zoom tile; LEVEL_OUT_OF_RANGE when there is none. The slide stays open for the next. */
  tile: {
    request: SlidePath.extend({
      tileSizePx: z.int().positive().max(2048),
      overlapPx: z.int().nonnegative().max(64),
      dzLevel: z.int().nonnegative(),
      col: z.int().nonnegative(),
      row: z.int().nonnegative(),
      quality: JpegQuality,
    }),
    reply: Picture,
  },
  /** Where the slide's JPEG tiles lie in its file, for those who pass them on undecoded. The slide stays open. */
  nativeTiles: { request: SlidePath, reply: NativeTiles },
  /** One of those tiles decoded, cut off at the level's border; LEVEL_OUT_OF_RANGE when there is none. */
  nativeTile: {
    request: SlidePath.extend({
      level: z.int().nonnegative(),
      col: z.int().nonnegative(),
      row: z.int().nonnegative(),
      quality: JpegQuality,
    }),
    reply: Picture,
  },
  /** A rectangle of level 0 at any size, each pixel the mean of what it covers. The slide stays open for the next. */
  scaled: {
    request: SlidePath.extend({
      xL0: z.int().nonnegative(),
      yL0: z.int().nonnegative(),
      widthL0: z.int().positive(),
      heightL0: z.int().positive(),
      widthPx: z.int().positive().max(16_384),
      heightPx: z.int().positive().max(16_384),
    }),
    reply: z.object({ image: Image }),
  },
  /** The label, macro or thumbnail; LEVEL_OUT_OF_RANGE when the slide has none of that name. */
  associated: { request: SlidePath.extend({ name: z.string() }), reply: z.object({ image: Image }) },
  /** What may spoil the slide, with a picture of each; SPACING_UNKNOWN where neither `mpp` nor the slide states it. */
  quality: {
    request: SlidePath.extend({
      mpp: z.object({ x: z.number().positive(), y: z.number().positive() }).nullable(),
    }),
    reply: z.object({
      shares: QualityShares,
      pictures: z.object({ tissue: Image, focus: Image, pen: Image, folds: Image }),
    }),
  },
  /** What of the file's bytes may be given away; DEIDENTIFY_UNSUPPORTED where that cannot be told. */
  deidentify: { request: SlidePath, reply: CleanPlan },
  library: { request: Empty, reply: z.object({ version: z.string() }) },
  figures: { request: Empty, reply: ProcessFigures },
} as const satisfies Protocol;

/** Cells of one stage that the next one reads. */
export const ChosenRegions = z.object({
  /** Of the stage that chose. */
  grid: GridSummary,
  /** 1 where chosen; row-major [rows, columns]. */
  cells: Bytes,
});
export type ChosenRegions = z.infer<typeof ChosenRegions>;

/** A class activation map (Zhou et al. 2016): float32 [classes, height, width], in logits without the bias. */
export const ActivationMap = z.object({
  map: Floats,
  classes: z.int().positive(),
  height: z.int().positive(),
  width: z.int().positive(),
});
export type ActivationMap = z.infer<typeof ActivationMap>;

const OpenStage = z.object({ analysisId: z.string(), stage: z.int().nonnegative() });

/** services/engine: one loaded bundle with all its stages, any number of slides in hand. */
export const engineProtocol = {
  load: {
    request: z.object({
      bundleFolder: z.string(),
      orientations: AnalysisParameters.shape.orientations,
      patchwise: AnalysisParameters.shape.patchwise,
      /** Threads and pictures of one run; what is not stated is chosen. */
      threads: z.int().positive().optional(),
      batchSize: z.int().positive().optional(),
      provider: z.enum(['cpu', 'cuda']).default('cpu'),
      /** absent: the usual settings. */
      calibration: CalibrationWish.optional(),
    }),
    reply: z.object({
      runtime: z.string(),
      provider: z.string(),
      modelSha256: z.string(),
      /** Of each stage. */
      chosen: z.array(ChosenSettings),
    }),
  },
  /** Tries one network of a bundle out; for a process of its own, since what sessions took is not all given back. */
  calibrate: {
    request: z.object({
      bundleFolder: z.string(),
      stage: z.int().nonnegative(),
      orientations: AnalysisParameters.shape.orientations,
      patchwise: AnalysisParameters.shape.patchwise,
      threads: z.int().positive().optional(),
      batchSize: z.int().positive().optional(),
      provider: z.enum(['cpu', 'cuda']),
      budgetMs: CalibrationWish.shape.budgetMs,
    }),
    reply: Calibration,
  },
  plan: {
    request: SlidePath.extend({
      analysisId: z.string(),
      parameters: AnalysisParameters,
      stage: z.int().nonnegative(),
      /** What the stage before chose; null for the first. */
      regions: ChosenRegions.nullable(),
      urgency: Urgency.optional(),
    }),
    reply: AnalysisPlan,
  },
  /** Opens a slide that another process planned. */
  open: {
    request: SlidePath.extend({ analysisId: z.string(), plan: AnalysisPlan.omit({ thumbnail: true }) }),
    reply: Empty,
  },
  block: {
    request: z.object({
      analysisId: z.string(),
      stage: z.int().nonnegative(),
      block: Block,
      urgency: Urgency.optional(),
    }),
    /** In the form of the stage's task (packages/analysis/src/tasks); whoever carries it need not know. */
    reply: z.object({ output: Bytes }),
  },
  /** One patch of an open slide, with a margin on all sides, mirrored where the slide ends: uint8 RGB, (patchSizePx + 2 · marginPx)² · 3. */
  patch: {
    request: OpenStage.extend({
      colHeat: z.int().nonnegative(),
      rowHeat: z.int().nonnegative(),
      marginPx: z.int().nonnegative().max(1024).default(0),
    }),
    reply: z.object({ patch: Bytes }),
  },
  /** What in a patch speaks for each class; classifiers only. */
  activation: {
    request: z.object({
      stage: z.int().nonnegative(),
      /** uint8 RGB, patchSizePx² · 3. */
      patch: Bytes,
    }),
    reply: ActivationMap,
  },
  /** The patch about a place of an open slide as a picture, with what in it speaks for the positive class. */
  activationPicture: {
    request: OpenStage.extend({ xL0: z.number().nonnegative(), yL0: z.number().nonnegative() }),
    reply: z.object({ png: Bytes }),
  },
  /** The model's outputs for patches that come from no slide, one array each, in the model's own form. */
  infer: {
    request: z.object({
      stage: z.int().nonnegative(),
      /** uint8 RGB, [count, patchSizePx, patchSizePx, 3]. */
      patches: Bytes,
      count: z.int().positive(),
    }),
    reply: z.object({ outputs: z.array(Floats) }),
  },
  /** Makes a bundle of a model that was made elsewhere; for this the engine needs no bundle loaded. */
  importModel: {
    request: z.object({
      /** FILE.onnx, or a folder with one. */
      path: z.string().min(1),
      details: ImportDetails,
      target: z.object({
        /** The bundle's own folder; absent: one of its name in `modelsFolder`. */
        folder: z.string().min(1).optional(),
        modelsFolder: z.string().min(1),
        /** Whether a bundle that is there already makes way. */
        replace: z.boolean(),
      }),
    }),
    reply: ImportOutcome,
  },
  /** Closes a slide, for one stage or for all. */
  release: { request: z.object({ analysisId: z.string(), stage: z.int().nonnegative().optional() }), reply: Empty },
  figures: {
    request: Empty,
    reply: ProcessFigures.extend({ inferenceMs: z.number(), patches: z.int(), readMs: z.number() }),
  },
} as const satisfies Protocol;
