import type { ByteRaster } from '@gigascope/contracts';
import { fillRings } from '@gigascope/findings';
import { inFrame, type RasterFrame, rasterFrame } from './raster-frame.ts';
import { boundsOf, type TruthOutline } from './truth-shapes.ts';

/** µm per pixel of CAMELYON16's evaluation masks: level 5 of slides of 0.243 µm. */
const MASK_UM = 0.243 * 32;
/** Tumour grows by half of this before it is compared, so the mask reaches further. */
const JOIN_UM = 75;
const MOST_PIXELS = 2 ** 20;

/** What is drawn to be left out of a tumour: group _2 of CAMELYON16's files, normal of CAMELYON17's. */
const EXCLUDED: ReadonlySet<string> = new Set(['_2', 'normal', 'exclusion']);

export function isExcluded({ class: name }: TruthOutline): boolean {
  return name !== null && EXCLUDED.has(name.toLowerCase());
}

export interface LesionMask {
  readonly frame: RasterFrame;
  /** 0 or 1. */
  readonly mask: ByteRaster;
}

/** Rasters tumour outlines over the rectangle that they span, as finely as CAMELYON16's masks where that is not too large. */
export function lesionMask(outlines: readonly TruthOutline[], mpp: number): LesionMask {
  const tumour = outlines.filter((outline) => !isExcluded(outline)).map(({ rings }) => rings);
  const { x0, y0, x1, y1 } = boundsOf(tumour);
  const margin = JOIN_UM / mpp;
  const around = { x0: x0 - margin, y0: y0 - margin, x1: x1 + margin, y1: y1 + margin };
  const frame = rasterFrame(around, Math.max(1, MASK_UM / mpp), MOST_PIXELS);
  const { labels } = fillRings(
    tumour.map((rings) => inFrame(rings, frame)),
    frame,
  );
  const excluded = fillRings(
    outlines.filter(isExcluded).map(({ rings }) => inFrame(rings, frame)),
    frame,
  ).labels;
  const data = Uint8Array.from(labels, (label, pixel) => (label !== 0 && excluded[pixel] === 0 ? 1 : 0));
  // An outline that is smaller than a pixel and holds no pixel's centre is there all the same.
  const filled = new Set(labels);
  tumour.forEach((rings, k) => {
    const [point] = inFrame(rings, frame)[0] ?? [];
    if (point !== undefined && !filled.has(k + 1)) data[Math.floor(point[1]) * frame.width + Math.floor(point[0])] = 1;
  });
  return { frame, mask: { width: frame.width, height: frame.height, data } };
}
