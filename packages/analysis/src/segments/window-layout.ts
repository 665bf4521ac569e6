import type { ManifestOf } from '@gigascope/contracts';

/** Which part of a segmenting network's output is kept, and how it meets its neighbours'. */
export interface WindowLayout {
  readonly outputPx: number;
  /** Output pixels that are left off at the top and at the left. */
  readonly cropPx: number;
  /** Side of what is kept. */
  readonly sidePx: number;
  /** Target pixels from the cell's first pixel to the first that is kept; 0 or negative. */
  readonly offsetPx: number;
  /** Weight of each kept pixel along one axis. Neighbours' weights sum to 1 where they overlap. */
  readonly ramp: Float32Array;
}

/**
 * `crop` keeps a cell's own square: exact for unpadded networks, whose output does not depend on where a tile was cut.
 * `blend` keeps all of the output and fades it into the neighbours' over what they have in common.
 */
export function windowLayout(
  manifest: Pick<ManifestOf<'segment'>, 'patchSizePx' | 'outputSizePx' | 'stridePx' | 'merge'>,
): WindowLayout {
  const { patchSizePx, outputSizePx: outputPx, stridePx, merge } = manifest;
  const before = Math.floor((patchSizePx - stridePx) / 2);
  const border = Math.floor((patchSizePx - outputPx) / 2);
  if (merge === 'crop') {
    return {
      outputPx,
      cropPx: before - border,
      sidePx: stridePx,
      offsetPx: 0,
      ramp: new Float32Array(stridePx).fill(1),
    };
  }
  const overlapPx = outputPx - stridePx;
  const ramp = Float32Array.from({ length: outputPx }, (_, k) =>
    overlapPx <= 0 ? 1 : Math.min(1, (Math.min(k, outputPx - 1 - k) + 0.5) / overlapPx),
  );
  return { outputPx, cropPx: 0, sidePx: outputPx, offsetPx: border - before, ramp };
}
