import type { ByteRaster } from '@gigascope/contracts';
import { type Components, labelComponents } from '../raster/connected-components.ts';
import { NO_SITE, squaredDistances } from '../raster/distance-transform.ts';
import { fillHoles } from '../raster/hole-fill.ts';

/** strict: a sound reading of the challenge's rules. compat: the public script's behaviour to the last digit, faults included. */
export type FrocMode = 'strict' | 'compat';

/** The scale of the masks; camelyon.md's: 0.243 µm per level-0 pixel, masks at level 5. */
export interface TruthScale {
  readonly mpp: number;
  /** Level-0 pixels per mask pixel. */
  readonly downsample: number;
}

export const CAMELYON16_SCALE: TruthScale = { mpp: 0.243, downsample: 32 };

/** One slide's lesions: label k of the raster is lesion k; `isItc[k − 1]` says whether it counts as isolated tumour cells. */
export interface LesionTruth extends Components {
  readonly isItc: readonly boolean[];
}

/** Five tumour cells: annotations closer together than this are one lesion (Ehteshami Bejnordi et al. 2017, evaluation script). */
const JOIN_UM = 75;
/** 200 µm, the limit of isolated tumour cells, and the 75 µm by which the mask has grown. */
const ITC_UM = 275;

/**
 * Builds CAMELYON16's evaluation mask from a tumour mask: pixels nearer than 75 µm / 2 to tumour join it, holes are
 * filled, 8-connected components are lesions, and those whose major axis is shorter than 275 µm are ITCs.
 *
 * Tumour is any value but 0; in compat only 255. A compat mask without any 255 (a 0/1 mask, say) gets what SciPy's distance
 * transform makes of it: distances to a point at (−1, 0), hence one false "ITC" in the top-left corner, and no lesion.
 */
export function lesionTruth(mask: ByteRaster, { mpp, downsample }: TruthScale, mode: FrocMode): LesionTruth {
  const { width, height } = mask;
  const joinPx = JOIN_UM / (mpp * downsample * 2);
  const tumour = mask.data.map((value) => ((mode === 'compat' ? value === 255 : value !== 0) ? 1 : 0));
  const squares = squaredDistances({ width, height, data: tumour });
  const near = new Uint8Array(width * height);
  for (let pixel = 0; pixel < near.length; pixel++) {
    let square = squares[pixel] as number;
    if (square === NO_SITE) {
      if (mode === 'strict') continue;
      const x = pixel % width;
      square = ((pixel - x) / width + 1) ** 2 + x ** 2;
    }
    if (Math.sqrt(square) < joinPx) near[pixel] = 1;
  }
  const components = labelComponents(fillHoles({ width, height, data: near }));
  const itcPx = ITC_UM / (mpp * downsample);
  return { ...components, isItc: majorAxesPx(components).map((axis) => axis < itcPx) };
}

/**
 * The major axis of each component: 4 · sqrt of the largest eigenvalue of the covariance (divided by N) of its pixels'
 * coordinates, the axis of the ellipse with the same second moments.
 */
export function majorAxesPx({ width, labels, count }: Components): readonly number[] {
  const [n, sumX, sumY, varX, varY, covXY] = Array.from({ length: 6 }, () => new Float64Array(count + 1)) as Sums;
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel] as number;
    if (label === 0) continue;
    const x = pixel % width;
    n[label] = (n[label] as number) + 1;
    sumX[label] = (sumX[label] as number) + x;
    sumY[label] = (sumY[label] as number) + (pixel - x) / width;
  }
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel] as number;
    if (label === 0) continue;
    const x = pixel % width;
    const dx = x - (sumX[label] as number) / (n[label] as number);
    const dy = (pixel - x) / width - (sumY[label] as number) / (n[label] as number);
    varX[label] = (varX[label] as number) + dx * dx;
    varY[label] = (varY[label] as number) + dy * dy;
    covXY[label] = (covXY[label] as number) + dx * dy;
  }
  return Array.from({ length: count }, (_, k) => {
    const size = n[k + 1] as number;
    const [xx, yy, xy] = [
      (varX[k + 1] as number) / size,
      (varY[k + 1] as number) / size,
      (covXY[k + 1] as number) / size,
    ];
    return 4 * Math.sqrt((xx + yy) / 2 + Math.hypot((xx - yy) / 2, xy));
  });
}

type Sums = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
