import { z } from 'zod';
import { Confidence, Decision, FindingKey, fitsFinding, ReviewPurpose, SlideLabel } from '../review.ts';
import { Id, Instant } from './common.ts';

export const Reader = z.object({ kind: z.enum(['key', 'user', 'anyone']), id: z.string(), name: z.string() });
export type Reader = z.infer<typeof Reader>;

/** All fields may be left out. Without a purpose it is 'second' where another reader has one of the slide, else 'first'. */
export const OpenReview = z.strictObject({
  purpose: ReviewPurpose.optional(),
  /** Read against the clock, as in a reader study. */
  timeLimited: z.boolean().default(false),
});
export type OpenReview = z.input<typeof OpenReview>;

/** That a review is there and how far it is; shown to every reader of the slide. */
export const ReviewSummary = z
  .object({
    id: Id,
    analysisId: Id,
    slideId: Id,
    reader: Reader,
    purpose: ReviewPurpose,
    /** Of the newest edition. */
    state: z.enum(['open', 'signed']),
    /** Counts edits; the ETag, which If-Match names. */
    version: z.int().positive(),
    /** 1, and one more with each amendment; editions that were signed stay as they are. */
    edition: z.int().positive(),
    openedAt: Instant,
    signedAt: Instant.nullable(),
    /** Whether it is the caller's. */
    own: z.boolean(),
  })
  .meta({
    examples: [
      {
        id: '01981f6e-6f1c-7c3e-9a55-0d3a6b1f2c4d',
        analysisId: '01981f6e-0000-7c3e-9a55-0d3a6b1f2c4d',
        slideId: '01981f6d-0000-7c3e-9a55-0d3a6b1f2c4d',
        reader: { kind: 'user', id: '01981f60-0000-7c3e-9a55-0d3a6b1f2c4d', name: 'reader A' },
        purpose: 'first',
        state: 'open',
        version: 3,
        edition: 1,
        openedAt: '2026-03-01T09:00:00.000Z',
        signedAt: null,
        own: true,
      },
    ],
  });
export type ReviewSummary = z.infer<typeof ReviewSummary>;

export const ReviewList = z.object({ items: z.array(ReviewSummary) });
export type ReviewList = z.infer<typeof ReviewList>;

export const KeyedDecision = z.object({ key: FindingKey, decision: Decision });
export type KeyedDecision = z.infer<typeof KeyedDecision>;

/** One edition of what a reader says. */
export const ReviewContent = z.object({
  edition: z.int().positive(),
  state: z.enum(['open', 'signed']),
  confidence: Confidence.nullable(),
  comment: z.string(),
  timeLimited: z.boolean(),
  /** Attention to the slide: periods added up, those that overlap counted once. */
  readingMs: z.int().nonnegative(),
  /** Whether the reader had seen another's review of the slide before signing. */
  sawOthers: z.boolean(),
  /** Why the edition before was amended; null for the first. */
  amendReason: z.string().nullable(),
  openedAt: Instant,
  signedAt: Instant.nullable(),
  /** Lesions, detections, segments by rank, and what was added. */
  decisions: z.array(KeyedDecision),
});
export type ReviewContent = z.infer<typeof ReviewContent>;

export const Review = ReviewSummary.extend({
  /** null while the caller is blinded to it, and where another's edition is not signed. */
  content: ReviewContent.nullable(),
});
export type Review = z.infer<typeof Review>;

export const ReviewQuery = z.object({ edition: z.coerce.number().int().min(1).max(10_000).optional() });

/** Fields that are left out stay as they are. */
export const EditReview = z.strictObject({
  confidence: Confidence.nullable().optional(),
  comment: z.string().max(10_000).optional(),
  timeLimited: z.boolean().optional(),
});
export type EditReview = z.infer<typeof EditReview>;

export const DecisionParams = z.object({ id: Id, key: FindingKey });

/** `decision: null` takes a decision back. All of them or none are made; a key comes once. */
export const EditDecisions = z.strictObject({
  changes: z
    .array(
      z
        .object({ key: FindingKey, decision: Decision.nullable() })
        .refine(({ key, decision }) => decision === null || fitsFinding(key, decision), {
          error: 'only what was added under a key of its own is added',
          path: ['decision'],
        }),
    )
    .min(1)
    .max(500)
    .refine((changes) => new Set(changes.map(({ key }) => key)).size === changes.length, {
      error: 'each key once',
    }),
});
export type EditDecisions = z.input<typeof EditDecisions>;

export const AmendReview = z.strictObject({ reason: z.string().trim().min(1).max(1000) });

/** Periods by the sender's clock; `sentAt` is what it shows now, so that a clock that is wrong does no harm. */
export const Attention = z.strictObject({
  sentAt: Instant,
  periods: z
    .array(
      z
        .object({ from: Instant, to: Instant })
        .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { error: 'from ≤ to' }),
    )
    .min(1)
    .max(100),
});
export type Attention = z.infer<typeof Attention>;
export const ReadingTime = z.object({ readingMs: z.int().nonnegative() });

/** A decision, a field's value, how the review was opened, the reason of an amendment. */
const ChangedValue = z.union([Decision, z.object({ timeLimited: z.boolean() }), z.string(), z.boolean(), z.null()]);

export const ReviewChange = z.object({
  /** Of the review after it. */
  version: z.int().positive(),
  edition: z.int().positive(),
  by: Reader,
  at: Instant,
  kind: z.enum(['opened', 'field', 'decision', 'signed', 'amended']),
  /** The field's name or the finding's key. */
  subject: z.string(),
  /** As a review shows them; null where there was or is nothing. */
  before: ChangedValue,
  after: ChangedValue,
});
export type ReviewChange = z.infer<typeof ReviewChange>;
export const ReviewHistoryQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** `nextCursor` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,9}\.\d{1,4}$/)
    .optional(),
});
/** Oldest first. */
export const ReviewHistory = z.object({ items: z.array(ReviewChange), nextCursor: z.string().nullable() });
export type ReviewHistory = z.infer<typeof ReviewHistory>;

/** Who has taken a slide to review it, until when unless they go on. */
export const SlideClaim = z.object({ slideId: Id, by: Reader, claimedAt: Instant, until: Instant });
export type SlideClaim = z.infer<typeof SlideClaim>;

/** What holds of the slide: the newest signed adjudication, else the only signed review. */
export const Verdict = z.object({
  source: z.enum(['adjudication', 'review']),
  reviewId: Id,
  edition: z.int().positive(),
  reader: Reader,
  confidence: Confidence,
  /** Tumour or not; null when it is equivocal. */
  positive: z.boolean().nullable(),
  signedAt: Instant,
});
export type Verdict = z.infer<typeof Verdict>;
export const SlideVerdict = z.object({
  verdict: Verdict.nullable(),
  /** The caller has an open review of the slide and is not told. */
  blinded: z.boolean(),
  /** Several reviews are signed, and nobody has said which of them holds. */
  awaitsAdjudication: z.boolean(),
});
export type SlideVerdict = z.infer<typeof SlideVerdict>;

const Interval = z.object({ low: z.number(), high: z.number(), level: z.number(), resamples: z.int(), seed: z.int() });

/** How far two readers agree. */
export const ReaderAgreement = z.object({
  reviewIds: z.tuple([Id, Id]),
  /** The model's findings that both decided on. */
  compared: z.int().nonnegative(),
  /** Share of them that both took for real (accepted or moved), or both rejected; null when there are none. */
  agreement: z.number().nullable(),
  /** Cohen's, of real or not; null where it does not exist. */
  kappa: z.number().nullable(),
  kappaInterval: Interval.nullable(),
});
export type ReaderAgreement = z.infer<typeof ReaderAgreement>;

export const Adjudication = z.object({
  slideId: Id,
  /** The one whose signed reviews are compared; null while there are none. */
  analysisId: Id.nullable(),
  /** Signed, in the newest signed edition, without adjudications; oldest first. */
  reviews: z.array(ReviewSummary.extend({ content: ReviewContent.omit({ decisions: true }) })),
  /** Every finding that a reader decided on; `decisions` in the order of `reviews`, null where one has none. */
  findings: z.array(z.object({ key: FindingKey, decisions: z.array(Decision.nullable()), differ: z.boolean() })),
  agreements: z.array(ReaderAgreement),
  verdict: Verdict.nullable(),
});
export type Adjudication = z.infer<typeof Adjudication>;
/** Without an analysis: the newest of the slide that has signed reviews. */
export const AdjudicationQuery = z.object({ analysisId: Id.optional() });

/** null takes the label back. */
export const PutTruth = z.strictObject({ label: SlideLabel.nullable() });
export const SlideTruth = z.object({ slideId: Id, label: SlideLabel.nullable() });
export type SlideTruth = z.infer<typeof SlideTruth>;

export const RocFigure = z.object({
  positives: z.int().nonnegative(),
  negatives: z.int().nonnegative(),
  /** null unless both kinds of slides are there. */
  auc: z.number().nullable(),
  /** 95 % by a bootstrap over slides. */
  interval: Interval.nullable(),
  /** 95 % of the sensitivity at each false positive rate, pointwise, by the same bootstrap; empty where it has no interval. */
  band: z.array(z.object({ falsePositiveRate: z.number(), low: z.number(), high: z.number() })),
  /** From (0, 0) to (1, 1); empty unless both kinds of slides are there. */
  points: z.array(z.object({ falsePositiveRate: z.number(), sensitivity: z.number() })),
});
export type RocFigure = z.infer<typeof RocFigure>;

export const ReaderStudy = z.object({
  readers: z.array(
    z.object({
      reader: Reader,
      timeLimited: z.boolean(),
      /** Of the reader's five steps. */
      roc: RocFigure,
      /** Of the scores of the analyses that were read, on the same slides, where all of them have one. */
      model: RocFigure.nullable(),
      medianReadingMs: z.number().nonnegative(),
    }),
  ),
  /** Of each model's newest score on every slide with a truth. */
  models: z.array(z.object({ name: z.string(), version: z.string(), roc: RocFigure })),
  /** Readings that were left out because the reader had seen another's review. */
  notIndependent: z.int().nonnegative(),
  /** There are more readings or scores than are evaluated at once; the newest were. */
  truncated: z.boolean(),
});
export type ReaderStudy = z.infer<typeof ReaderStudy>;

export const ReaderStudyQuery = z.object({
  readerId: z.string().min(1).max(100).optional(),
  /** A model's name: readings of its analyses, and its own curve. */
  model: z.string().min(1).max(100).optional(),
  timeLimited: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
});
