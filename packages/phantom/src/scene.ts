import { GigascopeError } from '@gigascope/contracts';
import { type Artefact, layArtefacts } from './artefacts.ts';
import { RandomStream } from './hash.ts';
import { drawDiametersUm, type LesionShape, shapeLesion } from './lesion.ts';
import { cloudNoise } from './noise.ts';
import { drawStainStyle, type StainStyle } from './stain.ts';
import { umToPx } from './units.ts';

/** What a metastasis phantom is made from. */
export interface MetastasisSceneOptions {
  readonly seed: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** How many lesions, or the longest diameter of each in µm. Left out: as many as suit the slide's area. */
  readonly lesions?: number | readonly number[];
  /** A slide without any lesion, whatever `lesions` says. */
  readonly normal?: boolean;
  /** Lets the first lesion reach over the slide's last row and column. */
  readonly edgeLesion?: boolean;
}

/** One section of a lymph node: an uneven ellipse. */
export interface LymphNode {
  readonly xL0: number;
  readonly yL0: number;
  readonly radiusXPx: number;
  readonly radiusYPx: number;
  readonly cos: number;
  readonly sin: number;
  readonly seed: number;
}

/** How this slide's tissue is built, drawn once from the seed. */
export interface TissueStyle {
  readonly fatWidthPx: number;
  readonly capsulePx: number;
  /** 0 … 1: how much of the node's core is medulla with open sinuses. */
  readonly medulla: number;
  readonly fatInfiltration: number;
  readonly lymphocytePx: number;
  readonly tumourNucleusPx: number;
  readonly tumourPitchPx: number;
  readonly tumourDarkness: number;
  readonly nucleolusPx: number;
  readonly chromatin: number;
  readonly tumourEosin: number;
  /** Stain on the borders between tumour cells; negative: pale clefts. */
  readonly cellBorder: number;
  /** 0 … 1: how coarsely collagen is banded. */
  readonly fibrousness: number;
}

/** Everything that is laid out once; drawing is a pure function of it and of coordinates. */
export interface MetastasisScene {
  readonly seed: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly nodes: readonly LymphNode[];
  readonly lesions: readonly LesionShape[];
  readonly artefacts: readonly Artefact[];
  readonly stain: StainStyle;
  readonly tissue: TissueStyle;
}

/** Least distance between two lesions' outlines, so that each stays one component of the truth mask at any level read. */
const LESION_GAP_UM = 300;
/** Tries for one lesion, and for all of them from the beginning: the first may lie where no second fits. */
const PLACING_ATTEMPTS = 3000;
const LAYING_ATTEMPTS = 5;
/** Share of the slide's shorter side that the largest lesion may take. */
const LARGEST_LESION_SHARE = 0.3;

/** Depth of a point below a node's surface in pixels, about; negative outside. */
export function nodeDepthPx(node: LymphNode, x: number, y: number): number {
  const dx = x - node.xL0;
  const dy = y - node.yL0;
  const u = (dx * node.cos + dy * node.sin) / node.radiusXPx;
  const v = (dy * node.cos - dx * node.sin) / node.radiusYPx;
  const smaller = Math.min(node.radiusXPx, node.radiusYPx);
  const wide = cloudNoise(node.seed, x / (0.75 * smaller), y / (0.75 * smaller));
  const fine = cloudNoise(node.seed + 1, x / (0.2 * smaller), y / (0.2 * smaller));
  return (1 - Math.sqrt(u * u + v * v) - 0.14 * wide - 0.03 * fine) * smaller;
}

function layNodes(
  widthPx: number,
  heightPx: number,
  roomPx: number,
  edge: boolean,
  random: RandomStream,
): readonly LymphNode[] {
  const aspect = widthPx / heightPx;
  const longer = Math.max(aspect, 1 / aspect);
  const wanted = Math.max(1, Math.round(longer * (random.chance(0.35) ? 1.6 : 1)));
  // Fewer, larger nodes where a lesion would not fit otherwise.
  const most = Math.floor((Math.max(widthPx, heightPx) * 0.5) / Math.max(1, roomPx));
  const count = Math.max(1, Math.min(wanted, most));
  const nodes: LymphNode[] = [];
  for (let k = 0; k < count; k++) {
    const cellWidth = aspect >= 1 ? widthPx / count : widthPx;
    const cellHeight = aspect >= 1 ? heightPx : heightPx / count;
    const angle = random.between(-0.35, 0.35);
    nodes.push({
      xL0: (aspect >= 1 ? (k + 0.5) * cellWidth : cellWidth / 2) + random.between(-0.04, 0.04) * cellWidth,
      yL0: (aspect >= 1 ? cellHeight / 2 : (k + 0.5) * cellHeight) + random.between(-0.04, 0.04) * cellHeight,
      radiusXPx: cellWidth * random.between(0.32, 0.43),
      radiusYPx: cellHeight * random.between(0.32, 0.43),
      cos: Math.cos(angle),
      sin: Math.sin(angle),
      seed: random.seed(),
    });
  }
  if (edge) {
    const radiusPx = 0.3 * Math.min(widthPx, heightPx);
    const corner = { xL0: widthPx - radiusPx * 0.4, yL0: heightPx - radiusPx * 0.4 };
    nodes.push({ ...corner, radiusXPx: radiusPx, radiusYPx: radiusPx, cos: 1, sin: 0, seed: random.seed() });
  }
  return nodes;
}

function layTissue(shorterPx: number, random: RandomStream): TissueStyle {
  const tumourNucleusUm = random.between(10.5, 14.5);
  return {
    fatWidthPx: Math.min(umToPx(random.between(90, 420)), 0.1 * shorterPx),
    capsulePx: Math.min(umToPx(random.between(14, 45)), 0.012 * shorterPx),
    medulla: random.between(0.1, 1),
    fatInfiltration: random.chance(0.4) ? random.between(0.2, 1) : 0,
    lymphocytePx: umToPx(random.between(6.2, 7.4)),
    tumourNucleusPx: umToPx(tumourNucleusUm),
    tumourPitchPx: umToPx(tumourNucleusUm * random.between(1.04, 1.38)),
    tumourDarkness: random.between(0.75, 1.3),
    nucleolusPx: umToPx(random.between(1.3, 2.6)),
    chromatin: random.between(0.5, 0.85),
    tumourEosin: random.between(0.2, 0.38),
    cellBorder: random.between(-0.1, 0.06),
    fibrousness: random.between(0.3, 1),
  };
}

function diametersOf(options: MetastasisSceneOptions, random: RandomStream): readonly number[] {
  if (options.normal === true) return [];
  if (typeof options.lesions === 'object') return options.lesions;
  const areaMm2 = (options.widthPx * options.heightPx) / umToPx(1000) ** 2;
  const count = options.lesions ?? Math.max(1, Math.min(8, Math.round(areaMm2 / 1.6)));
  const shorterUm = (Math.min(options.widthPx, options.heightPx) / umToPx(1000)) * 1000;
  return drawDiametersUm(count, shorterUm * LARGEST_LESION_SHARE, random);
}

/** Places lesions of stated diameters, or, where only their number is stated, shrinks them until they find room. */
function layLesions(
  diametersUm: readonly number[],
  nodes: readonly LymphNode[],
  options: MetastasisSceneOptions,
  random: RandomStream,
): readonly LesionShape[] {
  const scales = typeof options.lesions === 'object' ? [1] : [1, 0.8, 0.6, 0.45, 0.3];
  for (const scale of scales) {
    const scaled = diametersUm.map(
      (diameterUm) => diameterUm * (diameterUm > 200 ? Math.max(scale, 201 / diameterUm) : 1),
    );
    for (let attempt = 0; attempt < LAYING_ATTEMPTS; attempt++) {
      const placed = placeLesions(scaled, nodes, options, random);
      if (placed !== null) return placed;
    }
  }
  const wanted = diametersUm.map((diameterUm) => `${Math.round(diameterUm)} µm`).join(', ');
  throw new GigascopeError(
    'ARGUMENT_INVALID',
    `${options.widthPx} × ${options.heightPx} px have no room for lesions of ${wanted}, ${LESION_GAP_UM} µm apart`,
  );
}

function placeLesions(
  diametersUm: readonly number[],
  nodes: readonly LymphNode[],
  options: MetastasisSceneOptions,
  random: RandomStream,
): readonly LesionShape[] | null {
  const placed: LesionShape[] = [];
  const order = diametersUm.map((diameterUm, index) => ({
    diameterUm,
    atEdge: options.edgeLesion === true && index === 0,
  }));
  // Large ones first, while there is room; the edge lesion before all.
  order.sort((a, b) => Number(b.atEdge) - Number(a.atEdge) || b.diameterUm - a.diameterUm);
  for (const { diameterUm, atEdge } of order) {
    const inset = 0.12 * umToPx(diameterUm);
    const lesion = atEdge
      ? shapeLesion(Math.round(options.widthPx - inset), Math.round(options.heightPx - inset), diameterUm, random)
      : findRoom(diameterUm, placed, nodes, random);
    if (lesion === null) return null;
    placed.push(lesion);
  }
  return placed;
}

function findRoom(
  diameterUm: number,
  placed: readonly LesionShape[],
  nodes: readonly LymphNode[],
  random: RandomStream,
): LesionShape | null {
  const gapPx = umToPx(LESION_GAP_UM);
  const leastDepthPx = umToPx(diameterUm) * 0.4;
  for (let attempt = 0; attempt < PLACING_ATTEMPTS; attempt++) {
    const node = nodes[Math.floor(random.next() * nodes.length)] as LymphNode;
    const radius = Math.sqrt(random.next());
    const angle = random.between(0, 2 * Math.PI);
    const u = radius * node.radiusXPx * Math.cos(angle);
    const v = radius * node.radiusYPx * Math.sin(angle);
    const x = Math.round(node.xL0 + u * node.cos - v * node.sin);
    const y = Math.round(node.yL0 + u * node.sin + v * node.cos);
    if (nodeDepthPx(node, x, y) < leastDepthPx) continue;
    // A lesion reaches at least half its diameter: most places are ruled out before it is shaped.
    const far = (other: LesionShape, reachPx: number) =>
      Math.hypot(x - other.xL0, y - other.yL0) > reachPx + other.reachPx + gapPx;
    if (!placed.every((other) => far(other, umToPx(diameterUm) / 2))) continue;
    const lesion = shapeLesion(x, y, diameterUm, random);
    const apart = placed.every((other) => far(other, lesion.reachPx));
    const inside = lesion.outline.every((p) => nodeDepthPx(node, p.x, p.y) > umToPx(12));
    if (apart && inside) return lesion;
  }
  return null;
}

/**
 * Lays out a metastasis phantom: lymph-node sections over 30 … 60 % of the slide, lesions inside them, artefacts.
 * Errors: ARGUMENT_INVALID where the size is no slide or the lesions do not fit 300 µm apart.
 */
export function composeMetastasisScene(options: MetastasisSceneOptions): MetastasisScene {
  const { seed, widthPx, heightPx } = options;
  if (!Number.isInteger(widthPx) || !Number.isInteger(heightPx) || widthPx < 256 || heightPx < 256) {
    throw new GigascopeError('ARGUMENT_INVALID', `a phantom is at least 256 × 256 px, not ${widthPx} × ${heightPx}`);
  }
  if (!Number.isInteger(seed)) throw new GigascopeError('ARGUMENT_INVALID', `the seed is a whole number, not ${seed}`);
  const { lesions: asked = 0 } = options;
  if (typeof asked === 'number' ? !Number.isInteger(asked) || asked < 0 : asked.some((um) => !(um >= 20))) {
    throw new GigascopeError('ARGUMENT_INVALID', 'lesions are a number, or diameters of at least 20 µm');
  }
  const random = new RandomStream(seed);
  const tissue = layTissue(Math.min(widthPx, heightPx), random);
  const stain = drawStainStyle(random.seed());
  const lesionRandom = new RandomStream(random.seed());
  const artefactRandom = new RandomStream(random.seed());
  const diametersUm = diametersOf(options, lesionRandom);
  const roomPx = umToPx(Math.max(0, ...diametersUm));
  const nodes = layNodes(widthPx, heightPx, roomPx, options.edgeLesion === true, random);
  const lesions = layLesions(diametersUm, nodes, options, lesionRandom);
  const artefacts = layArtefacts({ widthPx, heightPx, lesions }, artefactRandom);
  return { seed, widthPx, heightPx, nodes, lesions, artefacts, stain, tissue };
}
