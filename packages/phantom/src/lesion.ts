import type { RandomStream } from './hash.ts';
import { longestDiameterPx, type PolygonL0 } from './polygon.ts';
import { PHANTOM_MPP, umToPx } from './units.ts';

/** How the tumour cells of one lesion grow. */
export type GrowthPattern = 'solid' | 'glandular' | 'infiltrating';

/** One metastasis of a scene. Its outline is star-shaped about its centre with vertices at equal angles. */
export interface LesionShape {
  readonly xL0: number;
  readonly yL0: number;
  /** Vertices relative to the centre, x and y alternating, counter-clockwise from angle −π. */
  readonly ring: Float64Array;
  /** Distance of the farthest vertex from the centre. */
  readonly reachPx: number;
  readonly outline: PolygonL0;
  readonly pattern: GrowthPattern;
  readonly seed: number;
}

/**
 * The default sizes, in µm, in the order in which lesions are added: of every prefix at least half of the lesions that
 * are no isolated tumour cells measure under 600 µm, as small metastases are the ones that are missed.
 */
const SIZE_MIX: readonly (readonly [number, number])[] = [
  [260, 590],
  [620, 1600],
  [210, 590],
  [70, 190],
  [260, 590],
  [2050, 3600],
  [210, 450],
  [620, 1900],
];

/** Draws the diameters of `count` lesions from the stated mix, none above `largestUm`. */
export function drawDiametersUm(count: number, largestUm: number, random: RandomStream): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const [low, high] = SIZE_MIX[index % SIZE_MIX.length] ?? [260, 590];
    const fitting = Math.min(high, largestUm);
    return random.between(Math.min(low, fitting * 0.7), fitting);
  });
}

/** AJCC's classes by longest diameter: isolated tumour cells up to 200 µm, micrometastasis up to 2 mm, macrometastasis above. */
export function sizeClassOf(diameterUm: number): 'itc' | 'micro' | 'macro' {
  return diameterUm <= 200 ? 'itc' : diameterUm <= 2000 ? 'micro' : 'macro';
}

/** Shapes a lesion whose longest diameter is `diameterUm`. Vertices lie on hundredths of a pixel, as the truth file has them. */
export function shapeLesion(xL0: number, yL0: number, diameterUm: number, random: RandomStream): LesionShape {
  const count = Math.max(32, Math.min(360, Math.round((Math.PI * diameterUm) / 9)));
  const waves = Array.from({ length: 11 }, (_, i) => ({
    lobes: i + 2,
    height: (random.between(0.25, 1) * 0.3) / (i + 1.6) ** 0.85,
    phase: random.between(0, 2 * Math.PI),
  }));
  const radii = Array.from({ length: count }, (_, i) => {
    const angle = -Math.PI + (2 * Math.PI * i) / count;
    let radius = 1 + random.between(-0.03, 0.03);
    for (const wave of waves) radius += wave.height * Math.cos(wave.lobes * angle + wave.phase);
    return Math.max(0.25, radius);
  });
  const at = (scale: number) =>
    radii.map((radius, i) => {
      const angle = -Math.PI + (2 * Math.PI * i) / count;
      const round = (value: number) => Math.round(value * 100) / 100;
      return { x: round(scale * radius * Math.cos(angle)), y: round(scale * radius * Math.sin(angle)) };
    });
  const relative = at(umToPx(diameterUm) / (longestDiameterPx(at(1000)) / 1000));
  const pick = random.next();
  return {
    xL0,
    yL0,
    ring: Float64Array.from(relative.flatMap((p) => [p.x, p.y])),
    reachPx: Math.max(...relative.map((p) => Math.hypot(p.x, p.y))),
    outline: relative.map((p) => ({ x: Math.round((p.x + xL0) * 100) / 100, y: Math.round((p.y + yL0) * 100) / 100 })),
    pattern: pick < 0.55 ? 'solid' : pick < 0.8 ? 'glandular' : 'infiltrating',
    seed: random.seed(),
  };
}

/** Depth of a point inside the lesion in pixels, about; negative outside, zero on the outline. */
export function lesionDepthPx(lesion: LesionShape, x: number, y: number): number {
  const dx = x - lesion.xL0;
  const dy = y - lesion.yL0;
  const distance = Math.sqrt(dx * dx + dy * dy);
  if (distance < 1) return lesion.reachPx * 0.25;
  const count = lesion.ring.length / 2;
  const sector = Math.min(count - 1, Math.floor(((Math.atan2(dy, dx) + Math.PI) / (2 * Math.PI)) * count));
  const next = (sector + 1) % count;
  const ax = lesion.ring[2 * sector] as number;
  const ay = lesion.ring[2 * sector + 1] as number;
  const ex = (lesion.ring[2 * next] as number) - ax;
  const ey = (lesion.ring[2 * next + 1] as number) - ay;
  const edge = (ax * ey - ay * ex) / ((dx * ey - dy * ex) / distance);
  return (edge - distance) * 0.85;
}

/** The lesion's diameter as its truth states it, after clipping at the slide's border. */
export function diameterUmOf(polygon: PolygonL0): number {
  return Math.round(longestDiameterPx(polygon) * PHANTOM_MPP * 10) / 10;
}
