import type { Confidence, Decision, FindingKey, Principal, ReviewPurpose, SlideLabel } from '@gigascope/contracts';

/** Who reads; the name as it was when the review was opened. */
export type Reader = Pick<Principal, 'kind' | 'id' | 'name'>;

/** Of whom the store is asked for reviews. */
export interface ReviewViewer {
  readonly readerId: string;
  /** May see also what is not signed yet, unless an own reading of the slide is open. */
  readonly seesAll: boolean;
}

/** That a review is there and how far it is, without what it says. */
export interface ReviewRow {
  readonly id: string;
  readonly analysisId: string;
  readonly slideId: string;
  readonly readerKind: Reader['kind'];
  readonly readerId: string;
  readonly readerName: string;
  readonly purpose: ReviewPurpose;
  /** Counts edits; If-Match names it. */
  readonly version: number;
  /** The newest, whose state and times the row has. */
  readonly edition: number;
  readonly state: 'open' | 'signed';
  readonly openedAt: Date;
  readonly signedAt: Date | null;
}

/** One edition of what a reader says. */
export interface EditionRow {
  readonly reviewId: string;
  readonly edition: number;
  readonly state: 'open' | 'signed';
  readonly confidence: Confidence | null;
  readonly comment: string;
  readonly timeLimited: boolean;
  readonly readingMs: number;
  readonly sawOthers: boolean;
  readonly amendReason: string | null;
  readonly openedAt: Date;
  readonly signedAt: Date | null;
  readonly decisions: readonly DecisionRow[];
}

export interface DecisionRow {
  readonly key: FindingKey;
  readonly decision: Decision;
}

/** A review with the edition that the viewer may see; null where there is none. */
export interface SeenReview {
  readonly review: ReviewRow;
  readonly content: EditionRow | null;
}

/** A signed edition, for comparing readers. */
export interface SignedReview {
  readonly review: ReviewRow;
  readonly content: EditionRow & { readonly confidence: Confidence; readonly signedAt: Date };
}

export interface ReviewChangeRow {
  readonly version: number;
  readonly place: number;
  readonly edition: number;
  readonly actorKind: Reader['kind'];
  readonly actorId: string;
  readonly actorName: string;
  readonly at: Date;
  readonly kind: 'opened' | 'field' | 'decision' | 'signed' | 'amended';
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface ClaimRow {
  readonly slideId: string;
  readonly readerKind: Reader['kind'];
  readonly readerId: string;
  readonly readerName: string;
  readonly claimedAt: Date;
  readonly leaseUntil: Date;
}

/** One reader's first signed word on one slide whose truth is known. */
export interface ReadingRow {
  readonly slideId: string;
  readonly readerKind: Reader['kind'];
  readonly readerId: string;
  readonly readerName: string;
  readonly timeLimited: boolean;
  readonly confidence: Confidence;
  readonly readingMs: number;
  readonly sawOthers: boolean;
  readonly label: SlideLabel;
  /** Of the analysis that was read, a probability; null where it has none. */
  readonly score: number | null;
}

/** A model's newest probability for a slide whose truth is known. */
export interface ModelScoreRow {
  readonly slideId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly score: number;
  readonly label: SlideLabel;
}
