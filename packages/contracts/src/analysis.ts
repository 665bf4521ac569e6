import { z } from 'zod';
import { SlideMetadata, Spacing } from './slide.ts';

export const TissueMethod = z.enum(['saturation', 'ncrf', 'grey', 'none']);
export type TissueMethod = z.infer<typeof TissueMethod>;

/** What a person may choose about one analysis. The model's own settings come from its manifest. */
export const AnalysisParameters = z.object({
  /** µm per level-0 pixel, overriding what the slide says; apart for both axes where it was stated for the slide. */
  mppOverride: z
    .union([z.number().positive(), z.object({ x: z.number().positive(), y: z.number().positive() })])
    .nullable()
    .default(null),
  /** Derive the spacing from the objective's power where nothing else states it. */
  allowObjectivePower: z.boolean().default(false),
  /** How tissue is told from glass; null: the model's own way. */
  tissue: TissueMethod.nullable().default(null),
  /** null: the manifest's. */
  threshold: z.number().min(0).max(1).nullable().default(null),
  nmsRadiusUm: z.number().positive().nullable().default(null),
  /** 8 averages the prediction over 4 rotations × left-right flip (Liu et al. 2017). */
  orientations: z.union([z.literal(1), z.literal(8)]).default(1),
  /** Infer patch by patch even where the model may see a whole square in one pass (its manifest's `dense`). */
  patchwise: z.boolean().default(false),
  /** Side of a block, the unit of checkpointing, in cells of 128 px; models with larger cells get as many fewer. */
  blockCells: z.int().min(1).max(64).default(16),
  /** Analyse a slide outside the model's scope, with a warning instead of OUT_OF_SCOPE. */
  force: z.boolean().default(false),
});
export type AnalysisParameters = z.infer<typeof AnalysisParameters>;

/** A square of cells read, inferred and checkpointed together; half-open in heatmap cells, clipped to the grid. */
export const Block = z.object({
  index: z.int().nonnegative(),
  colHeat: z.int().nonnegative(),
  rowHeat: z.int().nonnegative(),
  columns: z.int().positive(),
  rows: z.int().positive(),
  /** Cells on tissue, the ones that are inferred. */
  tissueCells: z.int().positive(),
});
export type Block = z.infer<typeof Block>;

/** In which order slides that are open together are served. */
export const Urgency = z.object({
  /** The lower is served first. */
  lane: z.int().nonnegative(),
  /** When it is due, in milliseconds since 1970; null: at some time. */
  dueMs: z.number().nullable(),
});
export type Urgency = z.infer<typeof Urgency>;

/** What the result depends on: the same stamp gives the same bytes on one machine. */
export const Stamp = z.object({
  slideSha256: z.string(),
  modelSha256: z.string(),
  codeVersion: z.string(),
  parameters: AnalysisParameters,
  runtime: z.string(),
  provider: z.string(),
  processor: z.string(),
});
export type Stamp = z.infer<typeof Stamp>;

export const Warning = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof Warning>;

/** A reported lesion point with the region of the heatmap that it stands for. All coordinates level-0 pixels. */
export const Lesion = z.object({
  rank: z.int().positive(),
  xL0: z.number().nonnegative(),
  yL0: z.number().nonnegative(),
  probability: z.number().min(0).max(1),
  /** Longest diameter of its connected heatmap region at the threshold; ± one cell. */
  diameterUm: z.number().nonnegative(),
  diameterUncertaintyUm: z.number().nonnegative(),
  areaUm2: z.number().nonnegative(),
  /** By diameter: ITC ≤ 200 µm < micro ≤ 2000 µm < macro (AJCC, as CAMELYON uses them). */
  sizeClass: z.enum(['itc', 'micro', 'macro']),
});
export type Lesion = z.infer<typeof Lesion>;

/** The grid of heatmap cells over one slide (DESIGN.md section 3). */
export const GridSummary = z.object({
  columns: z.int().positive(),
  rows: z.int().positive(),
  stridePx: z.int().positive(),
  patchSizePx: z.int().positive(),
  targetMpp: z.number().positive(),
  /** Side of a cell in level-0 pixels, per axis. */
  cellL0: z.object({ x: z.number().positive(), y: z.number().positive() }),
});
export type GridSummary = z.infer<typeof GridSummary>;

/** A box from a detecting model. Level-0 pixels, fractional. */
export const Detection = z.object({
  rank: z.int().positive(),
  class: z.string(),
  probability: z.number().min(0).max(1),
  x0L0: z.number(),
  y0L0: z.number(),
  x1L0: z.number(),
  y1L0: z.number(),
});
export type Detection = z.infer<typeof Detection>;

/** An outline from a segmenting model. */
export const Segment = z.object({
  rank: z.int().positive(),
  class: z.string(),
  /** Mean over its pixels. */
  probability: z.number().min(0).max(1),
  areaUm2: z.number().nonnegative(),
  /** Level-0 pixels, x and y alternating; the shell first, then its holes. Closed: the first point is not repeated. */
  rings: z.array(z.array(z.number())).min(1),
});
export type Segment = z.infer<typeof Segment>;

/** How many findings of one class a slide has. */
export const ClassCount = z.object({
  class: z.string(),
  count: z.int().nonnegative(),
  /** Of outlines; null for boxes. */
  areaUm2: z.number().nonnegative().nullable(),
});
export type ClassCount = z.infer<typeof ClassCount>;

/** Banff C4d score of the share of positive peritubular capillaries (Kim et al. 2019). */
export const Grading = z.object({
  scheme: z.literal('banff-c4d'),
  positive: z.int().nonnegative(),
  negative: z.int().nonnegative(),
  ratio: z.number().min(0).max(1).nullable(),
  grade: z.int().min(0).max(3).nullable(),
  /** Why there is no grade. */
  reason: z.string().nullable(),
});
export type Grading = z.infer<typeof Grading>;

/** What one stage of the analysis looked at. */
export const StageSummary = z.object({
  name: z.string(),
  cells: z.int().nonnegative(),
  blocks: z.int().nonnegative(),
  /** Cells that the stage chose for the next; null for the last. */
  chosenCells: z.int().nonnegative().nullable(),
});
export type StageSummary = z.infer<typeof StageSummary>;

/** result.json, the whole of what one analysis found. Boxes and outlines stand in files of their own. */
export const AnalysisResult = z.object({
  schemaVersion: z.literal(1),
  state: z.literal('succeeded'),
  task: z.enum(['classify', 'detect', 'segment', 'pipeline']),
  slide: z.object({ name: z.string(), metadata: SlideMetadata.omit({ properties: true }), mpp: Spacing }),
  model: z.object({ name: z.string(), version: z.string(), scope: z.string() }),
  grid: GridSummary,
  tissue: z.object({ method: TissueMethod, share: z.number().min(0).max(1), cells: z.int().nonnegative() }),
  /** By `scoreMeaning`; null when there is no tissue, no grade, or when the task gives none. */
  score: z.number().nonnegative().nullable(),
  scoreMeaning: z.enum(['highest-probability', 'banff-grade', 'none']),
  threshold: z.number(),
  positive: z.boolean().nullable(),
  lesions: z.array(Lesion),
  counts: z.array(ClassCount),
  grading: Grading.nullable(),
  stages: z.array(StageSummary).min(1),
  warnings: z.array(Warning),
  stamp: Stamp,
});
export type AnalysisResult = z.infer<typeof AnalysisResult>;

/** Progress of one analysis, as a person sees it. */
export interface Progress {
  readonly stage: 'hash' | 'plan' | 'blocks' | 'finish';
  /** Which stage of a pipeline, from 1. */
  readonly pipelineStage?: number;
  readonly pipelineStages?: number;
  readonly blocksDone: number;
  readonly blocksTotal: number;
  readonly cellsDone: number;
  readonly cellsTotal: number;
  readonly patchesPerSecond: number | null;
  readonly etaSeconds: number | null;
}
