import type { Lesion } from '@gigascope/contracts';
import { findHits, type SlideHits } from '@gigascope/findings';
import { isExcluded, lesionMask } from './lesion-mask.ts';
import { truthShapes } from './truth-shapes.ts';

export interface LesionTruthInput {
  /** Of the slide, for the curve. */
  readonly name: string;
  /** null: the slide is known to be normal. */
  readonly geojson: string | null;
  readonly lesions: readonly Pick<Lesion, 'probability' | 'xL0' | 'yL0'>[];
  /** µm per level-0 pixel. */
  readonly mpp: number;
}

export interface LesionTally {
  readonly hits: SlideHits;
  /** Areas that were drawn as tumour. */
  readonly outlines: number;
  readonly ignored: number;
}

/** Compares reported lesions with drawn ones by CAMELYON16's rules. */
export function tallyLesions({ name, geojson, lesions, mpp }: LesionTruthInput): LesionTally {
  const { outlines, ignored } = geojson === null ? { outlines: [], ignored: 0 } : truthShapes(geojson);
  const tumour = outlines.filter((outline) => !isExcluded(outline)).length;
  const { frame, mask } = lesionMask(outlines, mpp);
  const detections = lesions.map(({ probability: p, xL0, yL0 }) => ({ p, xL0: xL0 - frame.x0, yL0: yL0 - frame.y0 }));
  const slide = { name, truth: tumour === 0 ? null : mask, detections };
  const hits = findHits(slide, { mpp, downsample: frame.downsample }, 'strict');
  return { hits, outlines: tumour, ignored };
}
