export interface ScaleBar {
  readonly lengthUm: number;
  readonly lengthPx: number;
}

/** The longest of 1, 2 or 5 × 10ⁿ µm that fits in `maxPx` screen pixels. */
export function scaleBar(umPerScreenPx: number, maxPx: number): ScaleBar {
  const limitUm = umPerScreenPx * maxPx;
  const decade = 10 ** Math.floor(Math.log10(limitUm));
  const step = [5, 2, 1].find((factor) => factor * decade <= limitUm * (1 + 1e-9)) ?? 1;
  return { lengthUm: step * decade, lengthPx: (step * decade) / umPerScreenPx };
}
