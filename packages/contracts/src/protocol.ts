import { z } from 'zod';
import { AnalysisParameters, Block, GridSummary, TissueMethod } from './analysis.ts';
import { SlideMetadata, Spacing } from './slide.ts';

/** The messages between a parent and a service's process: method → what is asked and what comes back. */
export type Protocol = Readonly<Record<string, { readonly request: z.ZodType; readonly reply: z.ZodType }>>;

const Bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);
const Floats = z.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array);
const Image = z.object({ width: z.int().positive(), height: z.int().positive(), data: Bytes });
const Empty = z.object({});
const ProcessFigures = z.object({ peakMemoryBytes: z.number() });

const SlidePath = z.object({ path: z.string().min(1) });

/** What the tiler decided about a slide before any patch of this stage is read. */
export const AnalysisPlan = z.object({
  metadata: SlideMetadata,
  spacing: Spacing,
  grid: GridSummary,
  tissueShare: z.number().min(0).max(1),
  /** 1 where a cell is inferred; row-major [rows, columns]. */
  tissueCells: Bytes,
  blocks: z.array(Block),
  thumbnail: Image,
  resolutionLow: z.boolean(),
});
export type AnalysisPlan = z.infer<typeof AnalysisPlan>;

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
    }),
    reply: z.object({ image: Image }),
  },
  library: { request: Empty, reply: z.object({ version: z.string() }) },
  figures: { request: Empty, reply: ProcessFigures },
} as const satisfies Protocol;

/** services/engine: one loaded bundle with all its stages, any number of slides in hand. */
export const engineProtocol = {
  load: {
    request: z.object({
      bundleFolder: z.string(),
      orientations: AnalysisParameters.shape.orientations,
      threads: z.int().positive(),
      batchSize: z.int().positive(),
      provider: z.enum(['cpu', 'cuda']).default('cpu'),
    }),
    reply: z.object({ runtime: z.string(), provider: z.string() }),
  },
  plan: {
    request: SlidePath.extend({
      analysisId: z.string(),
      parameters: AnalysisParameters,
    }),
    reply: AnalysisPlan,
  },
  /** Opens a slide that another process planned. */
  open: {
    request: SlidePath.extend({ analysisId: z.string(), plan: AnalysisPlan.omit({ thumbnail: true }) }),
    reply: Empty,
  },
  block: {
    request: z.object({ analysisId: z.string(), block: Block }),
    reply: z.object({ predictions: Floats }),
  },
  release: { request: z.object({ analysisId: z.string() }), reply: Empty },
  figures: {
    request: Empty,
    reply: ProcessFigures.extend({ inferenceMs: z.number(), patches: z.int(), readMs: z.number() }),
  },
} as const satisfies Protocol;
