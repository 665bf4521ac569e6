import { COLOUR_MAPS, type ColourMapName, colourAt } from '@gigascope/contracts/colours';
import { colourHeatmap } from '@gigascope/findings';
import { describe, expect, it } from 'vitest';
import {
  cellOpacity,
  colourTable,
  heatGradient,
  paintValues,
} from '../../../services/dashboard/src/viewer/heat-colours.ts';

const STEPS = Float32Array.from({ length: 65536 }, (_, index) => index / 65535);

describe('the heatmap’s colours', () => {
  it('are within one of 255 of those of the files that an analysis leaves, at all 65,536 stored probabilities', () => {
    const file = colourHeatmap({ columns: STEPS.length, rows: 1, values: STEPS });
    const shown = paintValues(STEPS, colourTable({ map: 'magma', from: 0 }));
    let furthest = 0;
    for (let cell = 1; cell < STEPS.length; cell++)
      for (let channel = 0; channel < 3; channel++)
        furthest = Math.max(
          furthest,
          Math.abs((shown[4 * cell + channel] as number) - (file[4 * cell + channel] as number)),
        );
    expect(furthest).toBeLessThanOrEqual(1);
  });

  it.each(Object.keys(COLOUR_MAPS) as ColourMapName[])('grow lighter with every hundredth in %s', (map) => {
    const lightness = Array.from({ length: 101 }, (_, hundredth) => {
      const [red, green, blue] = colourAt(map, hundredth / 100);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    for (let step = 1; step <= 100; step++) expect(lightness[step]).toBeGreaterThan(lightness[step - 1] as number);
  });

  it('leave cells off tissue clear and show the others as opaquely as they are probable', () => {
    const rgba = paintValues(Float32Array.of(Number.NaN, 0, 0.5, 1), colourTable({ map: 'magma', from: 0 }));
    expect([rgba[3], rgba[7], rgba[11], rgba[15]]).toEqual([0, 0, 128, 255]);
    expect([...rgba.subarray(12, 15)]).toEqual([0xfc, 0xfd, 0xbf]);
  });

  it('leave cells below a threshold of 0.5 clear, to the last float below it, and no other', () => {
    const below = Math.fround(0.5 - 2 ** -25);
    const rgba = paintValues(Float32Array.of(below, 0.5, 0.8), colourTable({ map: 'viridis', from: 0.5 }), 0.5);
    expect([rgba[3], rgba[7], rgba[11]]).toEqual([0, 128, 204]);
  });

  it('never let a more probable cell show less', () => {
    const hidden = STEPS.findIndex(
      (p, index) => index > 0 && cellOpacity(p) <= cellOpacity(STEPS[index - 1] as number),
    );
    expect(hidden).toBe(-1);
  });

  it('are explained by a gradient that begins at the threshold', () => {
    expect(heatGradient({ map: 'magma', from: 0 })).toMatch(
      /^linear-gradient\(to right, rgb\(0 0 4 \/ 0\.000\) 0\.0%, .* rgb\(252 253 191 \/ 1\.000\) 100\.0%\)$/,
    );
    expect(heatGradient({ map: 'grey', from: 0.5 })).toMatch(
      /^linear-gradient\(to right, transparent 50\.0%, rgb\(128 128 128 \/ 0\.500\) 50\.0%, rgb\(153/,
    );
  });
});
