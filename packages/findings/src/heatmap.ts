import type { Block, ByteRaster } from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import { quantise } from './quantise.ts';

/** A raster of probabilities, row-major [rows, columns]; NaN where the slide has no tissue. */
export interface ProbabilityMap {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
}

/** One slide's predictions, one float32 per cell of the grid, quantised to 1/65535; NaN off tissue. */
export interface Heatmap extends ProbabilityMap {
  readonly values: Float32Array<ArrayBuffer>;
}

type CellRect = Pick<Block, 'colHeat' | 'rowHeat' | 'columns' | 'rows'>;

/**
 * Puts the blocks' predictions together to one heatmap, whatever order they come in.
 *
 * `tissue` is a raster of the grid, non-zero where a cell is inferred. Every tissue cell must be given exactly once:
 * a block that comes twice, lies outside the grid or has the wrong number of values throws INTERNAL.
 */
export class HeatmapAssembler {
  readonly #tissue: ByteRaster;
  readonly #values: Float32Array<ArrayBuffer>;

  constructor(tissue: ByteRaster) {
    this.#tissue = tissue;
    this.#values = new Float32Array(tissue.width * tissue.height).fill(Number.NaN);
  }

  /**
   * Writes one block: `probabilities` holds one value per tissue cell of the block, row-major, and is quantised here
   * (again, which changes nothing). Throws MODEL_OUTPUT_INVALID for a value that is no probability. Writes all or nothing.
   */
  add(block: CellRect, probabilities: Float32Array): void {
    const cells = this.#tissueCells(block);
    if (cells.length !== probabilities.length) {
      throw new GigascopeError('INTERNAL', `${probabilities.length} predictions for ${cells.length} tissue cells`);
    }
    const written = cells.find((cell) => !Number.isNaN(this.#values[cell]));
    if (written !== undefined) throw new GigascopeError('INTERNAL', `cell ${written} was predicted twice`);
    const quantised = probabilities.map((probability) => quantise(probability));
    for (let k = 0; k < cells.length; k++) this.#values[cells[k] as number] = quantised[k] as number;
  }

  /** Returns the whole map; throws INTERNAL while a tissue cell lacks its prediction. */
  finish(): Heatmap {
    const { width, height, data } = this.#tissue;
    const missing = this.#values.findIndex((value, cell) => Number.isNaN(value) && data[cell] !== 0);
    if (missing >= 0) throw new GigascopeError('INTERNAL', `cell ${missing} has no prediction`);
    return { columns: width, rows: height, values: this.#values.slice() };
  }

  #tissueCells({ colHeat, rowHeat, columns, rows }: CellRect): readonly number[] {
    const { width, height, data } = this.#tissue;
    if (colHeat < 0 || rowHeat < 0 || colHeat + columns > width || rowHeat + rows > height) {
      throw new GigascopeError('INTERNAL', `the block at cell (${colHeat}, ${rowHeat}) leaves the grid`);
    }
    const cells: number[] = [];
    for (let row = rowHeat; row < rowHeat + rows; row++) {
      for (let col = colHeat; col < colHeat + columns; col++) {
        if (data[row * width + col] !== 0) cells.push(row * width + col);
      }
    }
    return cells;
  }
}
