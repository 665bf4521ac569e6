import { type C4dScene, composeC4dScene, contentAt, describeField, drawC4dRegion } from '@gigascope/phantom';
import { describe, expect, it } from 'vitest';

const scenes = [2, 11, 24, 37].map((seed) => composeC4dScene({ seed, widthPx: 3600, heightPx: 3000 }));

/** Fields spread over all scenes by a fixed rule, half of them on the artefacts and glomeruli that make trouble. */
function* fields(
  count: number,
): Generator<{ scene: C4dScene; rect: { x: number; y: number; width: number; height: number } }> {
  for (let k = 0; k < count; k++) {
    const scene = scenes[k % scenes.length];
    if (scene === undefined) return;
    const side = [256, 512, 300][k % 3] ?? 256;
    const artefact = k % 4 === 1 ? scene.artefacts[k % scene.artefacts.length] : undefined;
    const bounds = artefact?.bounds ?? { x0: 0, y0: 0, x1: scene.widthPx, y1: scene.heightPx };
    const x = Math.round(bounds.x0 + ((k * 0.6180339) % 1) * (bounds.x1 - bounds.x0) - side / 2);
    const y = Math.round(bounds.y0 + ((k * 0.7548777) % 1) * (bounds.y1 - bounds.y0) - side / 2);
    yield { scene, rect: { x, y, width: side, height: side } };
  }
}

describe('saying whether a field can be read', () => {
  it('calls 100 fields feasible exactly where at least half of their 256 sample points are cortex', () => {
    const why = new Set<string>();
    for (const { scene, rect } of fields(100)) {
      let cortex = 0;
      for (let k = 0; k < 256; k++) {
        const x = rect.x + (((k % 16) + 0.5) / 16) * rect.width;
        const y = rect.y + ((Math.floor(k / 16) + 0.5) / 16) * rect.height;
        if (contentAt(scene, x, y) === 'cortex') cortex += 1;
      }
      const described = describeField(scene, rect);
      expect(described.cortexShare).toBe(cortex / 256);
      expect(described.feasible).toBe(cortex >= 128);
      expect(described.why === 'cortex').toBe(described.feasible);
      why.add(described.why);
    }
    expect([...why]).toEqual(expect.arrayContaining(['cortex', 'glass']));
    expect(why.size).toBeGreaterThanOrEqual(4);
  });

  it('agrees with the pixels: a field that glass spoils is mostly as pale as glass, a feasible one is not', () => {
    let glassFields = 0;
    for (const { scene, rect } of fields(100)) {
      const { why, feasible } = describeField(scene, rect);
      if (why !== 'glass' && !feasible) continue;
      const { data } = drawC4dRegion(scene, rect);
      const [red, green, blue] = scene.stain.glassRgb;
      let pale = 0;
      for (let i = 0; i < data.length; i += 3) {
        const off = (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0) - red - green - blue;
        if (off > -15) pale += 3 / data.length;
      }
      if (why === 'glass') {
        glassFields += 1;
        expect(pale).toBeGreaterThan(0.3);
      } else expect(pale).toBeLessThan(0.75);
    }
    expect(glassFields).toBeGreaterThan(10);
  });

  it.each(['pen', 'fold', 'defocus'] as const)(
    'finds a %s where the scene has one, at the middle of its path',
    (kind) => {
      let found = 0;
      for (let seed = 0; seed < 30; seed++) {
        const scene = composeC4dScene({ seed, widthPx: 2600, heightPx: 2000, capillaries: 0 });
        for (const artefact of scene.artefacts) {
          if (artefact.kind !== kind) continue;
          const middle = artefact.kind === 'defocus' ? [artefact.xL0, artefact.yL0] : artefact.path.slice(12, 14);
          const content = contentAt(scene, middle[0] ?? 0, middle[1] ?? 0);
          if (content === 'glass') continue;
          found += 1;
          // Ink lies over all; of a fold and a blur the one that was laid first is named.
          expect(kind === 'pen' ? ['pen'] : ['pen', 'fold', 'defocus']).toContain(content);
        }
      }
      expect(found).toBeGreaterThan(3);
    },
  );

  it('sees a glomerulus at its middle and no feasible field there, on every slide', () => {
    let found = 0;
    for (const scene of scenes) {
      for (const body of scene.bodies.near(0, 0, scene.widthPx, scene.heightPx)) {
        if (body.kind !== 'glomerulus' || contentAt(scene, body.xL0, body.yL0) !== 'glomerulus') continue;
        found += 1;
        const rect = { x: body.xL0 - 100, y: body.yL0 - 100, width: 200, height: 200 };
        expect(describeField(scene, rect).feasible).toBe(false);
      }
    }
    expect(found).toBeGreaterThan(5);
  });
});
