import { OutlineStitcher } from './outline-stitcher.ts';
import { type Region, rootOf } from './region.ts';
import { type Ring, shellFirst, splitAtPinches } from './rings.ts';
import { RowRuns } from './row-runs.ts';
import { VertexPool } from './vertex-pool.ts';

/** One 4-connected region of a class mask with its exact outline, in mask pixels: pixel (x, y) is the square [x, x + 1) × [y, y + 1). */
export interface TracedRegion {
  readonly classIndex: number;
  readonly areaPx: number;
  readonly probabilitySum: number;
  /** The shell, clockwise on the screen, then the holes, counter-clockwise; corners only. */
  readonly rings: () => Ring[];
}

/** Adds up a row's probabilities from `start` to `end`. */
export type SumRow = (start: number, end: number) => number;

/**
 * Traces a class mask row by row, from top to bottom, and gives each region as soon as no row below can belong to it.
 *
 * Pixels belong together by their sides (4-connected), so background belongs together by sides and corners. Why? Two nuclei that
 * touch by the corner of a pixel stay two, each outline's inside hangs together, as a valid polygon's must, and the rule needs
 * nothing but the row above. Held in memory: two rows of runs, and the outlines of regions that are still open.
 */
export class MaskTracer {
  readonly #pool: VertexPool;
  readonly #stitcher: OutlineStitcher;
  #above: RowRuns;
  #below: RowRuns;
  #y = 0;

  /** Outlines of over `maxOpenVertices` corners in open regions throw OUT_OF_MEMORY. */
  constructor(widthPx: number, maxOpenVertices: number) {
    this.#pool = new VertexPool(maxOpenVertices);
    this.#stitcher = new OutlineStitcher(widthPx, this.#pool);
    this.#above = new RowRuns(widthPx);
    this.#below = new RowRuns(widthPx);
  }

  get rowsSeen(): number {
    return this.#y;
  }

  /** Corners held for regions that are still open. */
  get openVertices(): number {
    return this.#pool.live;
  }

  /** Takes the next row, one class index a pixel, and gives the regions that ended above it, from left to right. */
  addRow(row: Uint8Array, sumRow: SumRow): TracedRegion[] {
    const [above, below] = [this.#above, this.#below];
    below.read(row);
    below.connect(above);
    for (let k = 0; k < below.count; k++) {
      const region = rootOf(below.regions[k] as Region);
      const [start, end] = [below.starts[k] as number, below.ends[k] as number];
      region.areaPx += end - start;
      region.probabilitySum += sumRow(start, end);
      region.lastRow = this.#y;
    }
    this.#stitcher.walk(above, below, this.#y);
    const ended = this.#takeEnded();
    [this.#above, this.#below] = [below, above];
    this.#y++;
    return ended;
  }

  /** Gives the regions that the mask's lower border ends. */
  finish(): TracedRegion[] {
    return this.addRow(new Uint8Array(0), () => 0);
  }

  #takeEnded(): TracedRegion[] {
    const ended = new Set<Region>();
    for (let k = 0; k < this.#above.count; k++) {
      const region = rootOf(this.#above.regions[k] as Region);
      if (region.lastRow < this.#y) ended.add(region);
    }
    return [...ended].map((region) => this.#describe(region));
  }

  #describe({ classIndex, areaPx, probabilitySum, rings: places, pinched }: Region): TracedRegion {
    const outlines = places.map((place) => this.#pool.takeOut(place));
    const rings = (): Ring[] => shellFirst(pinched ? outlines.flatMap(splitAtPinches) : outlines);
    return { classIndex, areaPx, probabilitySum, rings };
  }
}
