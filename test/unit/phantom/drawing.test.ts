import { composeMetastasisScene, drawRegion, maskRegion } from '@gigascope/phantom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const scene = composeMetastasisScene({ seed: 21, widthPx: 4000, heightPx: 3000, lesions: [400] });

/** Bytes of `inner` cut out of a drawing of `outer`. */
function cut(image: { width: number; data: Uint8Array }, left: number, top: number, width: number, height: number) {
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    out.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return out;
}

describe('drawing a phantom', () => {
  it('draws a region alone exactly as the same pixels of a larger region, wherever it lies, border and beyond included', () => {
    const whole = drawRegion(scene, { x: -60, y: -60, width: 4120, height: 3120 });
    fc.assert(
      fc.property(
        fc.integer({ min: -60, max: 3960 }),
        fc.integer({ min: -60, max: 2960 }),
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 99 }),
        (x, y, width, height) => {
          const alone = drawRegion(scene, { x, y, width, height });
          expect(Buffer.compare(alone.data, cut(whole, x + 60, y + 60, width, height))).toBe(0);
        },
      ),
      // The example is a region at whose lower edge the rim of a cell beyond it was once left out.
      { numRuns: 60, examples: [[1209, 2252, 1, 84]] },
    );
  });

  it.each(['pen', 'fold', 'bubble', 'defocus'] as const)('draws a %s alike in two halves and in one piece', (kind) => {
    const found = Array.from({ length: 40 }, (_, seed) =>
      composeMetastasisScene({ seed, widthPx: 3000, heightPx: 2500, normal: true }),
    ).find((candidate) => candidate.artefacts.some((artefact) => artefact.kind === kind));
    const artefact = found?.artefacts.find((candidate) => candidate.kind === kind);
    if (found === undefined || artefact === undefined) throw new Error(`no ${kind} on 40 slides`);
    const x = Math.floor(artefact.bounds.x0) - 10;
    const y = Math.floor((artefact.bounds.y0 + artefact.bounds.y1) / 2) - 20;
    const width = Math.ceil(artefact.bounds.x1 - artefact.bounds.x0) + 20;
    const half = Math.floor(width / 2) + 3;
    const one = drawRegion(found, { x, y, width, height: 40 });
    const right = drawRegion(found, { x: x + half, y: y + 7, width: width - half, height: 30 });
    expect(Buffer.compare(right.data, cut(one, half, 7, width - half, 30))).toBe(0);
  });

  it('draws other pixels for another seed', () => {
    const other = composeMetastasisScene({ seed: 22, widthPx: 4000, heightPx: 3000, lesions: [400] });
    const rect = { x: 1900, y: 1400, width: 64, height: 64 };
    expect(Buffer.compare(drawRegion(scene, rect).data, drawRegion(other, rect).data)).not.toBe(0);
  });

  it('marks in the mask exactly the pixels whose centre a ray from it crosses the outline an odd number of times', () => {
    const lesion = scene.lesions[0];
    if (lesion === undefined) throw new Error('the scene has a lesion');
    const rect = { x: Math.floor(lesion.xL0 / 4) - 220, y: Math.floor(lesion.yL0 / 4) - 220, width: 440, height: 440 };
    const mask = maskRegion(scene, rect, 4);
    let inside = 0;
    for (let row = 0; row < rect.height; row += 3) {
      for (let column = 0; column < rect.width; column += 3) {
        const x = (rect.x + column + 0.5) * 4;
        const y = (rect.y + row + 0.5) * 4;
        let odd = false;
        for (const [index, a] of lesion.outline.entries()) {
          const b = lesion.outline[(index + 1) % lesion.outline.length] ?? a;
          if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) odd = !odd;
        }
        if (odd) inside += 1;
        expect(mask[row * rect.width + column]).toBe(odd ? 255 : 0);
      }
    }
    expect(inside).toBeGreaterThan(1000);
  });
});
