/** Height over width of the anchors at a place. */
export const RATIOS = [0.5, 1, 2] as const;

/** Anchors as centre x, centre y, width, height, one after the other. */
export type CentredBoxes = Float32Array<ArrayBuffer>;

/**
 * The anchors of one pyramid level of `side` × `side` cells, cells row by row and ratios innermost, in patch pixels.
 * As in torchvision's detection models the corners of a cell's anchors are rounded, the step between cells is the
 * whole part of patch over side, and the first cell's anchors are centred on (0, 0).
 */
export function levelAnchors(sizePx: number, patchPx: number, side: number): CentredBoxes {
  const step = Math.floor(patchPx / side);
  const shapes = RATIOS.map((ratio) => {
    // float32 step by step, as the trainer reckons, since a half may round either way.
    const root = Math.fround(Math.sqrt(ratio));
    const [width, height] = [Math.fround(sizePx / root), Math.fround(root * sizePx)];
    return [2 * roundHalfToEven(width / 2), 2 * roundHalfToEven(height / 2)] as const;
  });
  const anchors = new Float32Array(side * side * RATIOS.length * 4);
  let at = 0;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (const [width, height] of shapes) {
        anchors.set([column * step, row * step, width, height], at);
        at += 4;
      }
  return anchors;
}

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return Math.round(x);
}
