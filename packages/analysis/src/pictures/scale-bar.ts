import { strokeText } from './stroke-font.ts';

const STEPS = [1, 2, 5];

/** The longest round length (1, 2 or 5 · 10^n µm) that fits into `maxPx` pixels of `umPerPx`. */
export function roundScaleUm(maxPx: number, umPerPx: number): number {
  const maxUm = maxPx * umPerPx;
  const decade = 10 ** Math.floor(Math.log10(maxUm));
  const step = STEPS.findLast((candidate) => candidate * decade <= maxUm) ?? 1;
  return step * decade;
}

/** A white bar with its length, its left end at (x, y), at most `maxPx` long. */
export function scaleBar(x: number, y: number, maxPx: number, umPerPx: number): string {
  const lengthUm = roundScaleUm(maxPx, umPerPx);
  const lengthPx = lengthUm / umPerPx;
  const label = lengthUm >= 1000 ? `${lengthUm / 1000} mm` : `${lengthUm} µm`;
  return (
    `<rect x="${x}" y="${y - 3}" width="${lengthPx}" height="6" fill="#fff" stroke="#000" stroke-width="1"/>` +
    strokeText(label, x + lengthPx / 2, y - 18, 14, '#fff')
  );
}
