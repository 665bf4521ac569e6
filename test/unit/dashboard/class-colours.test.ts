import { describe, expect, it } from 'vitest';
import { classColours } from '../../../services/dashboard/src/viewer/class-colours.ts';

const CLASSES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('the colours of 7 classes', () => {
  it('carry text with a contrast of at least 5 : 1', () => {
    for (const [name, { css, ink }] of classColours(CLASSES)) {
      const [ground, text] = [luminance(css.match(/\d+/g)?.map(Number) ?? []), ink === '#000000' ? 0 : 1];
      const contrast = (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
      expect(contrast, name).toBeGreaterThanOrEqual(5);
    }
  });
});

/** As WCAG 2.2 defines it. */
function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
