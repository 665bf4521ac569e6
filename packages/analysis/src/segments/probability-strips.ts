import type { AnalysisPlan, ManifestOf } from '@gigascope/contracts';
import { gridOf } from '../stage-grid.ts';
import { readSegmentedRow } from '../tasks/segment.ts';
import { type WindowLayout, windowLayout } from './window-layout.ts';

/** Some rows of the slide's probabilities at the model's spacing, from the left border to the right. */
export interface ProbabilityStrip {
  /** First row, in target pixels. */
  readonly yTarget: number;
  readonly rows: number;
  /** float32 [classes − 1, rows, width]: the background's probability is what is left to 1. 0 where nothing was inferred. */
  readonly probabilities: Float32Array<ArrayBuffer>;
}

interface Placed {
  readonly plan: AnalysisPlan;
  readonly manifest: ManifestOf<'segment'>;
  readonly outputs: ReadonlyMap<number, Uint8Array>;
}

/**
 * Puts the windows of all blocks together to the slide's probabilities, one row of cells after the other. Each pixel is the
 * weighted mean of the windows that cover it, which are added in row-major order, so the bytes do not depend on the order in
 * which blocks came. Memory: one window's height of rows, whatever the slide's height.
 */
export async function* probabilityStrips({ plan, manifest, outputs }: Placed): AsyncGenerator<ProbabilityStrip> {
  const grid = gridOf(plan, manifest);
  const { width, height } = grid.lattice;
  const band = new Band(width, manifest.classes.length - 1, windowLayout(manifest));
  for (let rowHeat = 0; rowHeat < grid.rows; rowHeat++) {
    band.moveTo(rowHeat * grid.stridePx);
    for (const block of plan.blocks) {
      if (rowHeat < block.rowHeat || rowHeat >= block.rowHeat + block.rows) continue;
      const windows = await readSegmentedRow(outputs.get(block.index) ?? new Uint8Array(), rowHeat - block.rowHeat);
      let place = 0;
      for (let col = block.colHeat; col < block.colHeat + block.columns; col++)
        if (plan.tissueCells[rowHeat * grid.columns + col] === 1) band.add(windows, place++, col * grid.stridePx);
    }
    const end = rowHeat + 1 === grid.rows ? height : Math.min(height, (rowHeat + 1) * grid.stridePx + band.offsetPx);
    const strip = band.take(end);
    if (strip !== null) yield strip;
  }
}

/** The rows that windows of one row of cells reach, with the sums of probability · weight and of weights so far. */
class Band {
  readonly offsetPx: number;
  readonly #width: number;
  readonly #planes: number;
  readonly #layout: WindowLayout;
  readonly #sums: Float32Array[];
  readonly #weights: Float32Array<ArrayBuffer>;
  /** Target row of the band's first row. */
  #top = Number.NaN;
  /** Target row up to which rows were given out. */
  #given = 0;

  constructor(width: number, planes: number, layout: WindowLayout) {
    this.offsetPx = layout.offsetPx;
    this.#width = width;
    this.#planes = planes;
    this.#layout = layout;
    this.#sums = Array.from({ length: planes }, () => new Float32Array(width * layout.sidePx));
    this.#weights = new Float32Array(width * layout.sidePx);
  }

  /** Lets the band begin at the windows of the cells that begin at `yTarget`; rows above must have been taken. */
  moveTo(yTarget: number): void {
    const top = yTarget + this.offsetPx;
    if (!Number.isNaN(this.#top)) {
      const shift = (top - this.#top) * this.#width;
      for (const rows of [...this.#sums, this.#weights]) {
        rows.copyWithin(0, shift);
        rows.fill(0, Math.max(0, rows.length - shift));
      }
    }
    this.#top = top;
  }

  add(windows: Uint8Array, place: number, xTarget: number): void {
    const { sidePx, ramp } = this.#layout;
    const left = xTarget + this.offsetPx;
    const [from, to] = [Math.max(0, -left), Math.min(sidePx, this.#width - left)];
    for (let plane = 0; plane < this.#planes; plane++) {
      const sums = this.#sums[plane] as Float32Array;
      const begin = (place * this.#planes + plane) * sidePx * sidePx;
      for (let y = 0; y < sidePx; y++) {
        const weightY = ramp[y] as number;
        let source = begin + y * sidePx + from;
        let target = y * this.#width + left + from;
        for (let x = from; x < to; x++, source++, target++) {
          const weight = weightY * (ramp[x] as number);
          sums[target] = (sums[target] as number) + ((windows[source] as number) / 255) * weight;
          if (plane === 0) this.#weights[target] = (this.#weights[target] as number) + weight;
        }
      }
    }
  }

  /** Gives the rows up to `end` that were not given yet; null when there are none. */
  take(end: number): ProbabilityStrip | null {
    const yTarget = this.#given;
    const rows = end - yTarget;
    if (rows <= 0) return null;
    const probabilities = new Float32Array(this.#planes * rows * this.#width);
    const first = (yTarget - this.#top) * this.#width;
    for (let plane = 0; plane < this.#planes; plane++) {
      const sums = this.#sums[plane] as Float32Array;
      const base = plane * rows * this.#width;
      for (let k = 0; k < rows * this.#width; k++) {
        const weight = this.#weights[first + k] as number;
        if (weight > 0) probabilities[base + k] = (sums[first + k] as number) / weight;
      }
    }
    this.#given = end;
    return { yTarget, rows, probabilities };
  }
}
