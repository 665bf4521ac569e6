import { colourHeatmap } from '@gigascope/findings';
import { describe, expect, it } from 'vitest';
import { cellOpacity, magma, magmaGradient, paintMap } from '../../../services/dashboard/src/viewer/magma.ts';

const STEPS = Float32Array.from({ length: 65536 }, (_, index) => index / 65535);

describe('the heatmap’s colours', () => {
  it('are those of the files that an analysis leaves, at all 65,536 stored probabilities', () => {
    const columns = STEPS.length;
    const file = colourHeatmap({ columns, rows: 1, values: STEPS });
    const different = STEPS.findIndex((probability, cell) => {
      const rgb = magma(probability);
      return rgb.some((channel, index) => channel !== file[cell * 4 + index]);
    });
    expect(different).toBe(-1);
  });

  it('grow lighter with every hundredth of probability', () => {
    const lightness = Array.from({ length: 101 }, (_, hundredth) => {
      const [red, green, blue] = magma(hundredth / 100);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    for (let step = 1; step <= 100; step++) expect(lightness[step]).toBeGreaterThan(lightness[step - 1] as number);
  });

  it('leave cells off tissue clear and show the others as opaquely as they are probable', () => {
    const rgba = paintMap({ columns: 4, rows: 1, values: Float32Array.of(Number.NaN, 0, 0.5, 1) });
    expect([rgba[3], rgba[7], rgba[11], rgba[15]]).toEqual([0, 0, 128, 255]);
    expect([...rgba.subarray(12, 15)]).toEqual([0xfc, 0xfd, 0xbf]);
  });

  it('never let a more probable cell show less', () => {
    const hidden = STEPS.findIndex(
      (p, index) => index > 0 && cellOpacity(p) <= cellOpacity(STEPS[index - 1] as number),
    );
    expect(hidden).toBe(-1);
  });

  it('are explained by a gradient from clear to the last colour', () => {
    expect(magmaGradient()).toMatch(
      /^linear-gradient\(to right, rgb\(0 0 4 \/ 0\.000\), .* rgb\(252 253 191 \/ 1\.000\)\)$/,
    );
  });
});
