import type { Detection } from '@gigascope/contracts';
import type { Agreement } from '@gigascope/contracts/http';
import { evaluateDetections, type LabelledBox, type ScoredBox } from '@gigascope/findings';
import { boundsOf, truthShapes } from './truth-shapes.ts';

type BoxFigures = Omit<Extract<Agreement['agreement'], { kind: 'boxes' }>, 'truncated'>;

export interface BoxInput {
  readonly geojson: string;
  readonly detections: readonly Detection[];
  /** Boxes from this probability on count for F1, precision and recall. */
  readonly threshold: number;
}

/** Compares boxes with those around drawn areas. Throws ARGUMENT_INVALID where no area was drawn. */
export function compareBoxes({ geojson, detections, threshold }: BoxInput): { figures: BoxFigures; ignored: number } {
  const { outlines, ignored } = truthShapes(geojson);
  const byClass = outlines.some((outline) => outline.class !== null);
  const nameOf = (name: string | null): string => (byClass ? (name ?? '') : '');
  const truth = outlines.map(({ class: name, rings }): LabelledBox => ({ class: nameOf(name), ...boundsOf([rings]) }));
  const found = detections.map(
    ({ class: name, probability, x0L0: x0, y0L0: y0, x1L0: x1, y1L0: y1 }): ScoredBox => ({
      ...{ class: nameOf(name), probability, x0, y0, x1, y1 },
    }),
  );
  const result = evaluateDetections([{ truth, detections: found }], { threshold });
  const { ap, f1, precision, recall, objects } = result;
  return {
    figures: {
      ...{ kind: 'boxes', objects, detections: found.length, byClass },
      ...{ ap50: ap.value, f1: f1.value, precision: precision.value, recall: recall.value },
    },
    ignored,
  };
}
