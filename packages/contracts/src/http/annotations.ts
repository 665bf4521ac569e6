import { z } from 'zod';
import { Id, Instant } from './common.ts';
import { OriginName } from './exports.ts';
import { RocFigure } from './reviews.ts';

/** 'truth' is what readers and models are measured by, shown to who may adjudicate; 'note' is for everybody. */
export const AnnotationKind = z.enum(['truth', 'note']);
export type AnnotationKind = z.infer<typeof AnnotationKind>;

export const AnnotationFormat = z.enum(['qupath-geojson', 'asap-xml', 'camelyon-csv', 'camelyon-json']);
export type AnnotationFormat = z.infer<typeof AnnotationFormat>;

export const AddAnnotationsQuery = z.object({
  kind: AnnotationKind.default('note'),
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{C}+$/u)
    .default('annotations'),
  /** Without it by the content type. */
  format: AnnotationFormat.optional(),
  /** Where the file's coordinates count from; without it as its software counts. */
  origin: OriginName.optional(),
});

export const AnnotationSet = z
  .object({
    id: Id,
    slideId: Id,
    name: z.string(),
    kind: AnnotationKind,
    format: AnnotationFormat,
    createdBy: z.string(),
    createdAt: Instant,
    annotations: z.int().positive(),
  })
  .meta({
    examples: [
      {
        id: '01981f6e-6f1c-7c3e-9a55-0d3a6b1f2c4d',
        slideId: '01981f6d-0000-7c3e-9a55-0d3a6b1f2c4d',
        name: 'reading of 3 March',
        kind: 'truth',
        format: 'asap-xml',
        createdBy: 'reader A',
        createdAt: '2026-03-03T09:00:00.000Z',
        annotations: 12,
      },
    ],
  });
export type AnnotationSet = z.infer<typeof AnnotationSet>;
/** Newest first. */
export const AnnotationSetList = z.object({ items: z.array(AnnotationSet) });
export type AnnotationSetList = z.infer<typeof AnnotationSetList>;

export const AnnotationSetParams = z.object({ id: Id, setId: Id });
export const AnnotationSetQuery = z.object({ origin: OriginName.default('l0') });

const Share = z.number().min(0).max(1);
const FrocPoint = z.object({
  /** Findings from this probability on; null: none. */
  threshold: z.number().nullable(),
  falsePositivesPerSlide: z.number().nonnegative(),
  /** null where there is no lesion to find. */
  sensitivity: Share.nullable(),
});

/** Lesions by CAMELYON16's rules: annotations within 75 µm are one, up to 37.5 µm beside one is a hit, isolated tumour cells do not count. */
export const LesionAgreement = z.object({
  kind: z.literal('lesions'),
  hits: z.int().nonnegative(),
  misses: z.int().nonnegative(),
  falsePositives: z.int().nonnegative(),
  /** True lesions under 200 µm, which count neither found nor missed. */
  isolatedTumourCells: z.int().nonnegative(),
  froc: z.array(FrocPoint),
});
/** Boxes against the bounding boxes of outlines, at an overlap (IoU) of 0.5. */
export const BoxAgreement = z.object({
  kind: z.literal('boxes'),
  objects: z.int().nonnegative(),
  detections: z.int().nonnegative(),
  /** false: the annotations have no classes, and any box on an object is a hit. */
  byClass: z.boolean(),
  ap50: Share.nullable(),
  f1: Share.nullable(),
  precision: Share.nullable(),
  recall: Share.nullable(),
  /** There are more boxes than are compared; the most probable were. */
  truncated: z.boolean(),
});
/** Pixels of outlines within the rectangle that the annotations span. */
export const OutlineAgreement = z.object({
  kind: z.literal('outlines'),
  /** The rectangle, level-0 pixels. */
  x0: z.number(),
  y0: z.number(),
  x1: z.number(),
  y1: z.number(),
  /** Level-0 pixels per compared pixel. */
  downsample: z.number().min(1),
  byClass: z.boolean(),
  /** Of any class. */
  dice: Share,
  classes: z.array(z.object({ class: z.string(), dice: Share })),
  /** There are more outlines than are compared. */
  truncated: z.boolean(),
});
export const Agreement = z.object({
  analysisId: Id,
  annotationSetId: Id,
  /** Annotations that say nothing of this, such as points and lines. */
  ignored: z.int().nonnegative(),
  agreement: z.discriminatedUnion('kind', [LesionAgreement, BoxAgreement, OutlineAgreement]),
});
export type Agreement = z.infer<typeof Agreement>;
export const AgreementQuery = z.object({ annotations: Id });

export const EvaluationQuery = z.object({
  /** A model’s name; its newest version is evaluated. */
  model: z.string().min(1).max(100),
  /** A slide is called positive from this score on; without it the model’s own. */
  threshold: z.coerce.number().min(0).max(1).optional(),
});
export const Evaluation = z.object({
  model: z.object({ name: z.string(), version: z.string() }),
  /** Of lesions; null while no slide with a truth about its lesions was analysed. */
  froc: z
    .object({
      slides: z.int().positive(),
      lesions: z.int().nonnegative(),
      /** Mean sensitivity at 1/4, 1/2, 1, 2, 4 and 8 false positives per slide. */
      score: Share.nullable(),
      sensitivities: z.array(Share.nullable()),
      interval: RocFigure.shape.interval,
      /** 95 % of the sensitivity within so many false positives, pointwise, by the same bootstrap. */
      band: z.array(z.object({ falsePositivesPerSlide: z.number().nonnegative(), low: Share, high: Share })),
      /** At most 1000 points of it, by ascending threshold. */
      curve: z.array(FrocPoint),
    })
    .nullable(),
  /** Of slides. */
  roc: RocFigure,
  confusion: z.object({
    threshold: z.number(),
    truePositives: z.int().nonnegative(),
    falsePositives: z.int().nonnegative(),
    trueNegatives: z.int().nonnegative(),
    falseNegatives: z.int().nonnegative(),
  }),
  /** Slides whose label is known and whose lesions are not: they count in the ROC alone. */
  withoutLesions: z.int().nonnegative(),
  /** There are more slides than are evaluated at once. */
  truncated: z.boolean(),
});
export type Evaluation = z.infer<typeof Evaluation>;
