import { z } from 'zod';
import { Detection, Lesion, Segment } from '../analysis.ts';
import { COLOUR_MAPS } from '../colours.ts';
import { Id } from './common.ts';

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

/** `x,y` in level-0 pixels: the nearest come first, and there is no further page. */
const Near = z
  .string()
  .regex(/^-?\d{1,9}(?:\.\d{1,6})?,-?\d{1,9}(?:\.\d{1,6})?$/)
  .meta({ examples: ['12000,8000'] });

/** Lesions in part: from a probability on, within an area, the nearest to a point first. */
export const LesionsQuery = Area.extend({
  minProbability: z.coerce.number().min(0).max(1).optional(),
  near: Near.optional(),
}).refine(isArea, AREA_RULE);

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
  near: Near.optional(),
})
  .refine(isArea, AREA_RULE)
  .refine(({ near, cursor, x0 }) => near === undefined || (cursor === undefined && x0 === undefined), {
    error: 'near goes with neither cursor nor an area',
    path: ['near'],
  });

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

export const HeatmapPngQuery = z.object({
  map: z.enum(Object.keys(COLOUR_MAPS) as [keyof typeof COLOUR_MAPS]).default('magma'),
  /** Cells below it are clear. */
  from: z.coerce.number().min(0).max(1).default(0),
});

/** The heatmap as tiles of numbers, so that a viewer draws it with its own colours and threshold. */
export const HeatmapDescriptor = z
  .object({
    columns: z.int().positive(),
    rows: z.int().positive(),
    /** Side of a cell in level-0 pixels. */
    cellL0: z.object({ x: z.number().positive(), y: z.number().positive() }),
    /** Values a side; those at the right and lower border hold as many as there are. */
    tileSize: z.int().positive(),
    /** Level k has ceil(columns / 2^k) values a row, each the largest of those it stands for; NaN off tissue. */
    levels: z.int().positive(),
  })
  .meta({ examples: [{ columns: 312, rows: 208, cellL0: { x: 128, y: 128 }, tileSize: 256, levels: 2 }] });
export type HeatmapDescriptor = z.infer<typeof HeatmapDescriptor>;

const TileIndex = z.string().regex(/^\d{1,5}$/);
/** `tile` is `<column>_<row>.f32`. */
export const HeatmapTileParams = z.object({
  id: Id,
  level: TileIndex,
  tile: z.string().regex(/^\d{1,9}_\d{1,9}\.f32$/),
});
/** `tile` is `<column>_<row>.json`. */
export const FindingTileParams = z.object({
  id: Id,
  dzLevel: TileIndex,
  tile: z.string().regex(/^\d{1,9}_\d{1,9}\.json$/),
});

/** What of one tile is shown: each finding whose bounding box touches it, or, where there are too many, all of them as counts. */
export const FindingTile = z.object({
  /** Its corners, level-0 pixels. */
  x0: z.number(),
  y0: z.number(),
  x1: z.number(),
  y1: z.number(),
  detections: z.array(Detection).optional(),
  segments: z.array(Segment).optional(),
  counts: FindingDensity.optional(),
});
export type FindingTile = z.infer<typeof FindingTile>;
