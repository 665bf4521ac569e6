import { z } from 'zod';
import { NativeSizes } from '../native-tiles.ts';
import { QualityMeasure, QualityShares, SlideMetadata } from '../slide.ts';
import { Analysis } from './analyses.ts';
import { Failure, Id, Instant, PageQuery } from './common.ts';
import { ReviewSummary, SlideClaim } from './reviews.ts';

export const SlideName = z.string().trim().min(1).max(255);

export const SlideState = z.enum(['received', 'verified', 'ready', 'rejected', 'deleting']);

export const Slide = z.object({
  id: Id,
  name: z.string(),
  /** Names under which the same bytes were uploaded again: they are one slide. */
  otherNames: z.array(z.string()),
  state: SlideState,
  sizeBytes: z.int().nonnegative(),
  sha256: z.string(),
  /** null until the slide is ready. Free-text properties are left out: scanners write names into them. */
  metadata: SlideMetadata.omit({ properties: true }).nullable(),
  error: Failure.nullable(),
  /** How many files it consists of. */
  fileCount: z.int().positive().optional(),
  /** What may spoil it, measured after it is ready; null until then, or where it could not be measured. */
  quality: QualityShares.nullable().optional(),
  /** References of the laboratory's own system, opaque here. */
  caseRef: z.string().nullable(),
  /** A pseudonym. */
  patientRef: z.string().nullable(),
  blockRef: z.string().nullable(),
  /** Neither deleted by hand nor by the retention's rules. */
  legalHold: z.boolean(),
  /** Of its newest succeeded analysis by the model that the list was asked to score by. */
  score: z.number().nullable().optional(),
  /** Who is reviewing it at the moment; in lists. */
  claimedBy: SlideClaim.nullable().optional(),
  /** In lists that were asked for it. */
  worklist: z
    .object({
      /** The newest, the newest that succeeded and the newest that is under way, each once, newest first. */
      analyses: z.array(Analysis),
      /** Whose reviews there are and how far, oldest first; null for callers who may not read reviews. */
      reviews: z.array(ReviewSummary).nullable(),
    })
    .optional(),
  createdAt: Instant,
});
export type Slide = z.infer<typeof Slide>;

export const SlidePage = z.object({
  items: z.array(Slide),
  nextCursor: z.string().nullable(),
  /** How many slides pass the filters, counted up to 10,001; on the first page of a list with `worklist=true`. */
  total: z.int().nonnegative().optional(),
});
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

/** The slide's own levels, from the largest on; without any, its tiles cannot be passed on as they are. */
export const NativeDescriptor = z.object({ levels: z.array(NativeSizes) });
export type NativeDescriptor = z.infer<typeof NativeDescriptor>;

export const NativeTileParams = TileParams.omit({ dzLevel: true }).extend({ level: z.string().regex(Index) });

/** Lets people search, and nothing that would not print. */
const Words = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{C}+$/u);
const Flag = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).optional();
const Mpp = z.number().min(0.001).max(1000);

/** How far a slide and its analyses are: being checked, refused, not analysed, under way, done, or failed. */
export const SlideStanding = z.enum(['checking', 'refused', 'new', 'open', 'done', 'failed']);
export type SlideStanding = z.infer<typeof SlideStanding>;

/**
 * todo: ready and not signed by anyone; mine: claimed by the caller, or with an open review of theirs; claimed: by anyone;
 * signed: by anyone; untouched: ready, claimed by nobody and with no review begun.
 */
export const ReviewProgress = z.enum(['todo', 'mine', 'claimed', 'signed', 'untouched']);
export type ReviewProgress = z.infer<typeof ReviewProgress>;

/** How many slides may be asked for by their ids. */
export const MAX_SLIDE_IDS = 100;

/** Filters are joined by "and". */
export const SlidesQuery = PageQuery.extend({
  /** `nextCursor` of the page before, asked for in the same order. */
  cursor: z.string().min(1).max(1500).optional(),
  /**
   * score: the most suspicious first, a grade as its share of the highest; uncertainty: nearest to the model's threshold first;
   * priority: as the queue serves, of what is under way or else the newest; name: with 9 before 10.
   */
  sort: z.enum(['newest', 'oldest', 'name', 'size', 'score', 'uncertainty', 'priority']).default('newest'),
  /** A model's name: only its analyses count; without it those of all models. */
  scoreModel: z.string().min(1).max(100).optional(),
  state: SlideState.optional(),
  standing: SlideStanding.optional(),
  /** Needs reviews:read. */
  review: ReviewProgress.optional(),
  /** Part of the name or of a reference, upper or lower case. */
  q: Words.meta({ examples: ['2026-0117'] }).optional(),
  caseRef: Words.optional(),
  createdFrom: Instant.optional(),
  createdTo: Instant.optional(),
  hasAnalysis: Flag,
  /** Only these, separated by commas. */
  ids: z
    .string()
    .max(37 * MAX_SLIDE_IDS)
    .transform((text) => text.split(','))
    .pipe(z.array(Id).max(MAX_SLIDE_IDS))
    .optional(),
  /** Each slide with its analyses and reviews; needs analyses:read. */
  worklist: Flag,
});

/** What is left out stays as it is; null removes. The spacing is stated for both axes or for none. */
export const SlidePatch = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .regex(/^[^\p{C}/\\]+$/u)
      .optional(),
    caseRef: Words.nullable().optional(),
    patientRef: Words.nullable().optional(),
    blockRef: Words.nullable().optional(),
    /** µm per level-0 pixel, in place of what the file says. */
    mppX: Mpp.nullable().optional(),
    mppY: Mpp.nullable().optional(),
    /** Needs slides:delete. */
    legalHold: z.boolean().optional(),
  })
  .refine(({ mppX, mppY }) => typeof mppX === typeof mppY, { error: 'mppX and mppY go together', path: ['mppX'] });
export type SlidePatch = z.infer<typeof SlidePatch>;

/** What was measured of a slide's quality. */
export const SlideQualityReport = z.object({
  state: z.enum(['pending', 'measured', 'failed']),
  /** null unless it was measured. */
  shares: QualityShares.nullable(),
  pictures: z.array(z.object({ name: QualityMeasure, url: z.string() })),
  error: Failure.nullable(),
});
export type SlideQualityReport = z.infer<typeof SlideQualityReport>;

export const QualityPictureParams = z.object({ id: Id, name: QualityMeasure });

/** Pictures in the file beside the scan. */
export const AssociatedImages = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      /** Labels and photographs of the glass carry names: they need phi:read. */
      identifying: z.boolean(),
      url: z.string(),
    }),
  ),
});
export type AssociatedImages = z.infer<typeof AssociatedImages>;

export const AssociatedParams = z.object({ id: Id, name: z.string().min(1).max(64) });

export const PropertiesQuery = z.object({
  /** true: all of them, as the scanner wrote them; needs phi:read. */
  identifying: Flag,
});

export const SlideProperties = z.object({
  identifying: z.boolean(),
  /** How many were held back. */
  removed: z.int().nonnegative(),
  properties: z.record(z.string(), z.string()),
});
export type SlideProperties = z.infer<typeof SlideProperties>;

export const DeleteSlideQuery = z.object({
  /** Cancels the analyses that are under way. */
  cancel: Flag,
  /** Deletes it although a review of it was signed off. */
  signed: Flag,
  /** Why, for the record; not a patient's name. */
  reason: z.string().trim().max(500).default(''),
});

/** What stays of a deleted slide, so that the audit's entries keep their meaning. */
export const Tombstone = z.object({
  id: Id,
  sha256: z.string(),
  sizeBytes: z.int().nonnegative(),
  deletedAt: Instant,
  deletedBy: z.string(),
  reason: z.string(),
  /** false while files of it are still being removed. */
  gone: z.boolean(),
});
export type Tombstone = z.infer<typeof Tombstone>;

export const DownloadQuery = z.object({
  /** true: without label, macro and identifying tags. */
  deidentified: Flag,
});
