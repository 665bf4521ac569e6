import type { Detection, Lesion, Point, Segment } from '@gigascope/contracts';
import type { ExportSource } from './export-source.ts';
import { lesionClassName } from './lesion-class.ts';
import { type Origin, originL0 } from './origin.ts';
import { roundCoordinate } from './text/numbers.ts';

/** Pixels of level 0 from the format's origin, in hundredths. Rings are x and y alternating, shell first, not closed. */
export type Shape =
  | { readonly type: 'point'; readonly x: number; readonly y: number }
  | { readonly type: 'box'; readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
  | { readonly type: 'polygon'; readonly rings: readonly (readonly number[])[] };

/** A lesion, box or outline, as a viewer's annotation. */
export interface Finding {
  readonly kind: 'lesion' | 'detection' | 'segment';
  readonly rank: number;
  readonly name: string;
  readonly class: string;
  readonly probability: number;
  readonly shape: Shape;
  /** Beside the probability, by the name that viewers show. */
  readonly measurements: Readonly<Record<string, number>>;
}

/** All findings of an analysis, one by one: lesions, then boxes, then outlines, each by rank. */
export async function* findingsOf(source: ExportSource, origin: Origin): AsyncGenerator<Finding, void, undefined> {
  const from = originL0(source.result.slide.metadata, origin);
  for (const lesion of source.lesions) yield ofLesion(lesion, from);
  for await (const detection of source.detections) yield ofDetection(detection, from);
  for await (const segment of source.segments) yield ofSegment(segment, from);
}

function ofLesion(lesion: Lesion, from: Point<'l0'>): Finding {
  const { rank, probability, xL0, yL0 } = lesion;
  return {
    kind: 'lesion',
    rank,
    name: `Lesion ${rank}`,
    class: lesionClassName(lesion.sizeClass),
    probability,
    shape: { type: 'point', x: roundCoordinate(xL0 - from.x), y: roundCoordinate(yL0 - from.y) },
    measurements: {
      'Longest diameter µm': lesion.diameterUm,
      'Longest diameter uncertainty µm': lesion.diameterUncertaintyUm,
      'Area µm^2': lesion.areaUm2,
    },
  };
}

function ofDetection(detection: Detection, from: Point<'l0'>): Finding {
  const { rank, class: className, probability } = detection;
  const x = (value: number): number => roundCoordinate(value - from.x);
  const y = (value: number): number => roundCoordinate(value - from.y);
  return {
    kind: 'detection',
    rank,
    name: `${className} ${rank}`,
    class: className,
    probability,
    shape: { type: 'box', x0: x(detection.x0L0), y0: y(detection.y0L0), x1: x(detection.x1L0), y1: y(detection.y1L0) },
    measurements: {},
  };
}

function ofSegment({ rank, class: className, probability, areaUm2, rings }: Segment, from: Point<'l0'>): Finding {
  const moved = rings.map((ring) => ring.map((value, k) => roundCoordinate(value - (k % 2 === 0 ? from.x : from.y))));
  return {
    kind: 'segment',
    rank,
    name: `${className} ${rank}`,
    class: className,
    probability,
    shape: { type: 'polygon', rings: moved },
    measurements: { 'Area µm^2': areaUm2 },
  };
}
