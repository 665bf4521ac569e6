import type { SlideLabel } from '@gigascope/contracts';

/** One file of annotations of a slide, without the annotations. */
export interface AnnotationSetRow {
  readonly id: string;
  readonly slideId: string;
  readonly name: string;
  readonly kind: 'truth' | 'note';
  /** Of the file as it came. */
  readonly format: string;
  /** As they were called then. */
  readonly createdBy: string;
  readonly createdById: string;
  readonly createdAt: Date;
  /** How many. */
  readonly annotations: number;
}

/** A model's newest score of a slide of which a truth is known. */
export interface EvaluatedSlideRow {
  readonly slideId: string;
  readonly analysisId: string;
  /** A probability; null where there was no tissue. */
  readonly score: number | null;
  /** null: only the truth about its lesions is known. */
  readonly label: SlideLabel | null;
  /** The newest; null where there is none. */
  readonly truthSetId: string | null;
}
