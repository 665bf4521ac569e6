/**
 * The HTTP API as the API process, the dashboard and the tests share it: paths and what crosses them. JSON is camelCase,
 * instants are ISO 8601 in UTC, identifiers UUIDs, coordinates level-0 pixels. Longer than a file should be, because the
 * whole surface is read in one place.
 */
import { z } from 'zod';
import { AnalysisParameters, Detection, Lesion, Segment } from './analysis.ts';
import { OUTPUT_FILES } from './paths.ts';
import { SlideMetadata } from './slide.ts';

export { ImportModelQuery } from './import-model.ts';
export * from './paths.ts';

export const OutputFile = z.enum(Object.keys(OUTPUT_FILES) as [keyof typeof OUTPUT_FILES]);
export type OutputFile = z.infer<typeof OutputFile>;

/** The body of every error answer (RFC 9457); `code` is one of ERRORS, `title` its sentence. */
export const Problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  /** The request's id, to be found in the log. */
  instance: z.string(),
  /** What of the request is not valid, where that is the error. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** Why a slide was refused or an analysis failed. */
export const Failure = z.object({ code: z.string(), title: z.string(), detail: z.string().nullable() });
export type Failure = z.infer<typeof Failure>;

const Instant = z.iso.datetime();
export const Id = z.uuid();
export const IdParams = z.object({ id: Id });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `nextCursor` of the page before. */
  cursor: Id.optional(),
});

export const SlideName = z.string().trim().min(1).max(255);

export const SlideState = z.enum(['received', 'verified', 'ready', 'rejected']);

export const Slide = z.object({
  id: Id,
  name: z.string(),
  state: SlideState,
  sizeBytes: z.int().nonnegative(),
  sha256: z.string(),
  /** null until the slide is ready. Free-text properties are left out: scanners write names into them. */
  metadata: SlideMetadata.omit({ properties: true }).nullable(),
  error: Failure.nullable(),
  createdAt: Instant,
});
export type Slide = z.infer<typeof Slide>;

export const SlidePage = z.object({ items: z.array(Slide), nextCursor: z.string().nullable() });
export type SlidePage = z.infer<typeof SlidePage>;

/** Deep Zoom's own JSON form, with its own upper-case names. */
export const DeepZoomDescriptor = z.object({
  Image: z.object({
    xmlns: z.literal('http://schemas.microsoft.com/deepzoom/2008'),
    Url: z.string(),
    Format: z.literal('jpg'),
    Overlap: z.int().nonnegative(),
    TileSize: z.int().positive(),
    Size: z.object({ Width: z.int().positive(), Height: z.int().positive() }),
  }),
});
export type DeepZoomDescriptor = z.infer<typeof DeepZoomDescriptor>;

const Index = /^\d{1,15}$/;
/** `tile` is `<column>_<row>.jpg`. */
export const TileParams = z.object({
  id: Id,
  dzLevel: z.string().regex(Index),
  tile: z.string().regex(/^\d{1,15}_\d{1,15}\.jpg$/),
});

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

export const LesionList = z.object({
  score: z.number().nullable(),
  threshold: z.number(),
  positive: z.boolean().nullable(),
  /** By rank: the most probable first. */
  lesions: z.array(Lesion),
});
export type LesionList = z.infer<typeof LesionList>;

const CoordinateL0 = z.coerce.number().min(-1e9).max(1e9);
/** Left upper and right lower corner, level-0 pixels, border included; all four or none. */
const Area = z.object({
  x0: CoordinateL0.meta({ examples: [12000] }).optional(),
  y0: CoordinateL0.meta({ examples: [8000] }).optional(),
  x1: CoordinateL0.meta({ examples: [14000] }).optional(),
  y1: CoordinateL0.meta({ examples: [9500] }).optional(),
});
type Area = z.infer<typeof Area>;

function isArea({ x0, y0, x1, y1 }: Area): boolean {
  const given = [x0, y0, x1, y1].filter((value) => value !== undefined).length;
  return given === 0 || (given === 4 && Number(x0) <= Number(x1) && Number(y0) <= Number(y1));
}
const AREA_RULE = { error: 'x0, y0, x1 and y1 go together, x0 ≤ x1 and y0 ≤ y1', path: ['x0'] };

/** Boxes or outlines, whole or in part: of a class, from a probability on, or those whose bounding box touches an area. */
export const FindingsQuery = Area.extend({
  limit: z.coerce.number().int().min(1).max(2000).default(200),
  /** `nextCursor` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
  class: z
    .string()
    .min(1)
    .max(200)
    .meta({ examples: ['capillary, positive'] })
    .optional(),
  minProbability: z.coerce
    .number()
    .min(0)
    .max(1)
    .meta({ examples: [0.5] })
    .optional(),
}).refine(isArea, AREA_RULE);

/** By rank: the most probable box first. */
export const DetectionPage = z.object({ items: z.array(Detection), nextCursor: z.string().nullable() }).meta({
  examples: [
    {
      items: [
        {
          rank: 1,
          class: 'capillary, positive',
          probability: 0.971,
          x0L0: 12040.5,
          y0L0: 8112,
          x1L0: 12110,
          y1L0: 8190.25,
        },
      ],
      nextCursor: '1',
    },
  ],
});
export type DetectionPage = z.infer<typeof DetectionPage>;

/** By rank, which goes down the slide. */
export const SegmentPage = z.object({ items: z.array(Segment), nextCursor: z.string().nullable() }).meta({
  examples: [
    {
      items: [
        {
          rank: 1,
          class: 'nucleus',
          probability: 0.93,
          areaUm2: 41.5,
          rings: [[12040, 8112, 12061.5, 8112, 12061.5, 8140, 12040, 8140]],
        },
      ],
      nextCursor: null,
    },
  ],
});
export type SegmentPage = z.infer<typeof SegmentPage>;

export const DensityQuery = Area.extend({
  /** Side of the square cells, level-0 pixels. */
  cellL0: z.coerce
    .number()
    .int()
    .min(16)
    .max(1 << 20)
    .meta({ examples: [2048] }),
}).refine(isArea, AREA_RULE);

/** How many findings of each class have their centre in each cell of a grid that begins at the slide's left upper corner. */
export const FindingDensity = z
  .object({
    cellL0: z.int().positive(),
    classes: z.array(
      z.object({
        class: z.string(),
        /** Column, row and count of each cell that has any. */
        cells: z.array(z.tuple([z.int(), z.int(), z.int().positive()])),
      }),
    ),
  })
  .meta({
    examples: [{ cellL0: 2048, classes: [{ class: 'nucleus', cells: [[5, 3, 812]] }] }],
  });
export type FindingDensity = z.infer<typeof FindingDensity>;

/** Answer of /healthz and /readyz; `checks` says what is not right, by name. */
export const Health = z.object({ status: z.enum(['ok', 'unavailable']), checks: z.record(z.string(), z.string()) });
export type Health = z.infer<typeof Health>;
