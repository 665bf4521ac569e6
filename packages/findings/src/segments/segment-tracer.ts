import { GigascopeError, type Segment, type Size } from '@gigascope/contracts';
import { MaskTracer, type SumRow, type TracedRegion } from './mask-tracer.ts';
import { thinRings } from './thin-rings.ts';

/** The class mask of a slide and how its regions become segments. The mask's pixels are squares of `mpp` µm that begin at the slide's corner. */
export interface SegmentSettings {
  /** The manifest's classes by class index; the first is background. */
  readonly classes: readonly string[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** µm per mask pixel. */
  readonly mpp: number;
  /** Level-0 pixels per mask pixel. */
  readonly pixelL0: { readonly x: number; readonly y: number };
  readonly slideL0: Size<'l0'>;
  /** How far an outline may be moved to save points; 0 keeps every corner. */
  readonly simplifyUm: number;
  /** Smaller regions are left out. */
  readonly minAreaUm2: number;
  /** Corners held for regions that are still open. */
  readonly maxOpenVertices?: number;
}

/** Whole rows of a mask, from its left to its right border, row-major. */
export interface MaskStrip {
  /** Class index of each pixel. */
  readonly classes: Uint8Array;
  /** Probability of each pixel's own class, in whole numbers as shares of the type's largest value. */
  readonly probabilities: Uint8Array | Uint16Array | Float32Array;
}

/** About 0.6 GB with all that thinning one region of so many corners takes. */
const DEFAULT_MAX_OPEN_VERTICES = 2 ** 22;
/** Stored coordinates are whole hundredths of a level-0 pixel, in which crossings can be told exactly. */
const STEPS_PER_L0 = 100;
/** How far a mean of ones may pass 1 by the rounding of sums. */
const ROUNDING = 1e-9;

/**
 * Turns a class mask, given in strips from top to bottom, into outlines with holes, each as soon as its region ends.
 *
 * Memory is bounded by a strip and the outlines of open regions, whatever the slide's height. The outlines are exact to the pixel
 * (`MaskTracer`) and then thinned within `simplifyUm` (`thinRings`); outlines of neighbours are thinned each for itself and may
 * then overlap by as much. Segments are ranked in the order in which they end: by their lowest row, then from the left.
 * Throws ARGUMENT_INVALID for a mask that leaves the slide or the stated size, MODEL_OUTPUT_INVALID for a class that is not there
 * or a probability outside 0 … 1, and OUT_OF_MEMORY beyond `maxOpenVertices`.
 */
export class SegmentTracer {
  readonly #settings: SegmentSettings;
  readonly #tracer: MaskTracer;
  #rank = 0;

  constructor(settings: SegmentSettings) {
    const { widthPx, heightPx, pixelL0, slideL0 } = settings;
    const fits = (widthPx - 1) * pixelL0.x < slideL0.width && (heightPx - 1) * pixelL0.y < slideL0.height;
    if (!(widthPx > 0 && heightPx > 0 && fits)) {
      throw new GigascopeError('ARGUMENT_INVALID', `a mask of ${widthPx} × ${heightPx} pixels is none of this slide`);
    }
    this.#settings = settings;
    this.#tracer = new MaskTracer(widthPx, settings.maxOpenVertices ?? DEFAULT_MAX_OPEN_VERTICES);
  }

  /** Corners held for regions that are still open. */
  get openVertices(): number {
    return this.#tracer.openVertices;
  }

  /** Takes the next rows and gives the segments that ended in them. */
  addStrip({ classes, probabilities }: MaskStrip): Segment[] {
    const { widthPx, heightPx } = this.#settings;
    const rows = classes.length / widthPx;
    if (!Number.isInteger(rows) || probabilities.length !== classes.length || this.#tracer.rowsSeen + rows > heightPx) {
      throw new GigascopeError('ARGUMENT_INVALID', `${classes.length} pixels are no rows of this mask`);
    }
    const segments: Segment[] = [];
    for (let row = 0; row < rows; row++) {
      const begin = row * widthPx;
      const pixels = classes.subarray(begin, begin + widthPx);
      this.#collect(this.#tracer.addRow(pixels, sumOf(probabilities, begin)), segments);
    }
    return segments;
  }

  /** Gives the segments at the lower border; every row must have come. */
  finish(): Segment[] {
    if (this.#tracer.rowsSeen !== this.#settings.heightPx) {
      throw new GigascopeError('ARGUMENT_INVALID', `${this.#tracer.rowsSeen} of ${this.#settings.heightPx} rows`);
    }
    const segments: Segment[] = [];
    this.#collect(this.#tracer.finish(), segments);
    return segments;
  }

  #collect(regions: readonly TracedRegion[], segments: Segment[]): void {
    const { classes, mpp, minAreaUm2 } = this.#settings;
    for (const { classIndex, areaPx, probabilitySum, rings } of regions) {
      const name = classes[classIndex];
      const probability = probabilitySum / areaPx;
      if (name === undefined || !(probability >= 0 && probability <= 1 + ROUNDING)) {
        throw new GigascopeError('MODEL_OUTPUT_INVALID', `class ${classIndex}, mean probability ${probability}`);
      }
      const areaUm2 = areaPx * mpp * mpp;
      if (areaUm2 < minAreaUm2) continue;
      segments.push({
        rank: ++this.#rank,
        class: name,
        probability: Math.min(1, probability),
        areaUm2,
        rings: this.#toLevel0(rings()),
      });
    }
  }

  #toLevel0(rings: readonly Int32Array[]): number[][] {
    const { pixelL0, slideL0, simplifyUm, mpp } = this.#settings;
    const placed = rings.map((ring) =>
      Float64Array.from(ring, (value, k) => {
        const valueL0 =
          k % 2 === 0 ? Math.min(slideL0.width, value * pixelL0.x) : Math.min(slideL0.height, value * pixelL0.y);
        return Math.round(valueL0 * STEPS_PER_L0);
      }),
    );
    return thinRings(rings, placed, simplifyUm / mpp).map((ring) => ring.map((value) => value / STEPS_PER_L0));
  }
}

function sumOf(probabilities: MaskStrip['probabilities'], begin: number): SumRow {
  const unit = probabilities instanceof Uint8Array ? 1 / 255 : probabilities instanceof Uint16Array ? 1 / 65535 : 1;
  return (start, end) => {
    let sum = 0;
    for (let k = begin + start; k < begin + end; k++) sum += probabilities[k] as number;
    return sum * unit;
  };
}
