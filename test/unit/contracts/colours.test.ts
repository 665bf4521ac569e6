import { COLOUR_MAPS, type ColourMapName, colourAt } from '@gigascope/contracts/colours';
import { describe, expect, it } from 'vitest';

const NAMES = Object.keys(COLOUR_MAPS) as ColourMapName[];

/** Of matplotlib 3.10 at 0, 1/4, 1/2, 3/4 and 1. */
const MATPLOTLIB: Readonly<Partial<Record<ColourMapName, readonly string[]>>> = {
  magma: ['000004', '51127c', 'b73779', 'fc8961', 'fcfdbf'],
  viridis: ['440154', '3b528b', '21918c', '5ec962', 'fde725'],
  inferno: ['000004', '57106e', 'bc3754', 'f98e09', 'fcffa4'],
  cividis: ['00224e', '434e6c', '7d7c78', 'bcae6c', 'fee838'],
};

describe('colour maps', () => {
  it.each(NAMES)('%s grows lighter with every hundredth of probability', (name) => {
    const lightness = Array.from({ length: 101 }, (_, hundredth) => {
      const [r, g, b] = colourAt(name, hundredth / 100);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    expect(lightness.every((value, at) => at === 0 || value > (lightness[at - 1] ?? 0))).toBe(true);
  });

  it.each(Object.entries(MATPLOTLIB))('%s is matplotlib’s to 12 of 255 between its stops', (name, colours) => {
    for (const [quarter, hex] of colours.entries()) {
      const theirs = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
      const ours = colourAt(name as ColourMapName, quarter / 4);
      for (const [channel, value] of ours.entries())
        expect(Math.abs(value - (theirs[channel] ?? 0))).toBeLessThanOrEqual(12);
    }
  });
});
