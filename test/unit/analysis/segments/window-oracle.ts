import type { AnalysisPlan, ManifestOf } from '@gigascope/contracts';
import { randomNumbers } from '../tasks.ts';

type Manifest = Pick<ManifestOf<'segment'>, 'classes' | 'patchSizePx' | 'outputSizePx' | 'stridePx' | 'merge'>;

/** A network's answer to a cell's window that nothing else resembles: [classes, outputSizePx, outputSizePx] probabilities. */
export function windowOf({ classes, outputSizePx }: Manifest, col: number, row: number): Float32Array<ArrayBuffer> {
  const next = randomNumbers(col * 7919 + row * 104_729 + 1);
  const places = outputSizePx ** 2;
  const answer = new Float32Array(classes.length * places);
  for (let place = 0; place < places; place++) {
    const parts = classes.map(() => next() ** 2);
    const sum = parts.reduce((a, b) => a + b, 1e-9);
    parts.forEach((part, c) => {
      answer[c * places + place] = part / sum;
    });
  }
  return answer;
}

/** Where a window's output begins, from the contract: a patch begins at i · stride − floor((patch − stride) / 2). */
function outputStart(cell: number, { patchSizePx, outputSizePx, stridePx }: Manifest): number {
  return cell * stridePx - Math.floor((patchSizePx - stridePx) / 2) + Math.floor((patchSizePx - outputSizePx) / 2);
}

/** How much a window says of pixel `at` along one axis: all of its own core, or fading from where the neighbour's output begins. */
function weightAt(at: number, cell: number, manifest: Manifest): number {
  const { outputSizePx, stridePx, merge } = manifest;
  if (merge === 'crop') return Math.floor(at / stridePx) === cell ? 1 : 0;
  const within = at - outputStart(cell, manifest);
  if (within < 0 || within >= outputSizePx) return 0;
  const toEdge = Math.min(within + 0.5, outputSizePx - within - 0.5);
  return outputSizePx === stridePx ? 1 : Math.min(1, toEdge / (outputSizePx - stridePx));
}

/**
 * Probability of class `c` at every pixel, one pixel after the other from the definition: the weighted mean of the windows of all
 * inferred cells that cover it; 0 where none does. `cut` is what a window's value becomes before it is stored.
 */
export function wholeProbabilities(
  { grid, tissueCells }: Pick<AnalysisPlan, 'grid' | 'tissueCells'>,
  manifest: Manifest,
  size: { readonly width: number; readonly height: number },
  c: number,
  cut: (probability: number) => number = (p) => p,
): Float64Array {
  const windows = new Map<number, Float32Array>();
  const out = new Float64Array(size.width * size.height);
  const { outputSizePx } = manifest;
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      let [sum, weights] = [0, 0];
      for (let row = 0; row < grid.rows; row++) {
        const weightY = weightAt(y, row, manifest);
        for (let col = 0; weightY > 0 && col < grid.columns; col++) {
          const weight = weightY * weightAt(x, col, manifest);
          const cell = row * grid.columns + col;
          if (weight === 0 || tissueCells[cell] !== 1) continue;
          const window = windows.get(cell) ?? windowOf(manifest, col, row);
          windows.set(cell, window);
          const at = (y - outputStart(row, manifest)) * outputSizePx + x - outputStart(col, manifest);
          sum += weight * cut(window[c * outputSizePx ** 2 + at] as number);
          weights += weight;
        }
      }
      out[y * size.width + x] = weights === 0 ? 0 : sum / weights;
    }
  return out;
}
