import type { ManifestOf } from '@gigascope/contracts';
import { bytesOf, floatsOf } from './number-bytes.ts';
import type { CollectBlock } from './task.ts';

/** A block's output is the positive class's probability of each inferred cell, row-major, as float32. */
export const collectClassified: CollectBlock<ManifestOf<'classify'>> = ({ manifest, cells }) => {
  const positive = manifest.classes.indexOf(manifest.positiveClass);
  const probabilities = new Float32Array(cells.length);
  return {
    parts: cells.length,
    add: (place, answer) => {
      probabilities[place] = answer[positive] as number;
    },
    pack: async () => bytesOf(probabilities),
  };
};

/** The probabilities of a classifying block's output. */
export function readClassified(output: Uint8Array): Float32Array<ArrayBuffer> {
  return floatsOf(output);
}
