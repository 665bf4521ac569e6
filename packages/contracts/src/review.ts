/** What a reader says of a slide and of what was found on it. */
import { z } from 'zod';

/** The reader's five levels, from sure of normal to sure of tumour (Ehteshami Bejnordi et al., JAMA 2017); their order is that of a reader's ROC. */
export const CONFIDENCES = [
  'definitely-normal',
  'probably-normal',
  'equivocal',
  'probably-tumour',
  'definitely-tumour',
] as const;
export const Confidence = z.enum(CONFIDENCES);
export type Confidence = z.infer<typeof Confidence>;

/** 'first' and 'second' are read independently of one another; 'adjudication' settles what they differ in. */
export const ReviewPurpose = z.enum(['first', 'second', 'adjudication']);
export type ReviewPurpose = z.infer<typeof ReviewPurpose>;

/** A finding of the reviewed analysis by its kind and rank, or one that the reader added under a UUID of their own. */
export const FindingKey = z
  .string()
  .regex(
    /^(?:(?:lesion|detection|segment)-[1-9]\d{0,8}|added-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/,
  )
  .meta({ examples: ['lesion-1'] });
export type FindingKey = z.infer<typeof FindingKey>;

export const RejectReason = z.enum(['artefact', 'benign', 'out-of-focus', 'duplicate', 'wrong-class', 'other']);
export type RejectReason = z.infer<typeof RejectReason>;

const Note = z.string().trim().max(1000).default('');
const CoordinateL0 = z.number().min(0).max(1e9);
const MAX_CORNERS = 1000;

export const PlaceL0 = z.object({ xL0: CoordinateL0, yL0: CoordinateL0 });
export type PlaceL0 = z.infer<typeof PlaceL0>;

/** What a reader drew: a point, or a ring of corners, x and y alternating. Level-0 pixels within the slide. */
export const DrawnShape = z.discriminatedUnion('kind', [
  PlaceL0.extend({ kind: z.literal('point') }),
  z.object({
    kind: z.literal('polygon'),
    ringL0: z
      .array(CoordinateL0)
      .min(6)
      .max(2 * MAX_CORNERS)
      .refine((ring) => ring.length % 2 === 0, { error: 'x and y alternate' }),
  }),
]);
export type DrawnShape = z.infer<typeof DrawnShape>;

/** The reader's word on one finding. */
export const Decision = z
  .discriminatedUnion('verdict', [
    z.object({ verdict: z.literal('accept'), note: Note }),
    z.object({ verdict: z.literal('reject'), reason: RejectReason, note: Note }),
    /** It is a finding, but lies elsewhere. */
    z.object({ verdict: z.literal('moved'), to: PlaceL0, note: Note }),
    z.object({ verdict: z.literal('added'), shape: DrawnShape, note: Note }),
  ])
  .meta({ examples: [{ verdict: 'reject', reason: 'artefact', note: 'fold' }] });
export type Decision = z.infer<typeof Decision>;

/** Whether a decision can be one on this finding: only what the reader added is 'added'. */
export function fitsFinding(key: FindingKey, decision: Decision): boolean {
  return key.startsWith('added-') === (decision.verdict === 'added');
}

export const SlideLabel = z.enum(['tumour', 'normal']);
export type SlideLabel = z.infer<typeof SlideLabel>;
