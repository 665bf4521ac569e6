import type { Rect, RgbImage } from '@gigascope/contracts';
import { artefactsIn, darkenColours, defocusReachPx, disturbStain, dustIn } from './artefact-painting.ts';
import { CELL_REACH_PX, drawCells } from './cells.ts';
import { develop, makeNoise } from './develop.ts';
import { drawGround, type GroundTextures, makeGroundTextures } from './ground.ts';
import { fillPolygon } from './polygon.ts';
import type { MetastasisScene } from './scene.ts';
import { ScratchFloats } from './scratch-floats.ts';
import { makeSpriteLibrary, type SpriteLibrary } from './sprite-library.ts';
import { StainTable } from './stain.ts';
import { StainCanvas } from './stain-canvas.ts';
import { LATTICE_PX, layLattice, neighbourhoodOf } from './tissue-fields.ts';
import { drawVessels } from './vessels.ts';

/** What drawing needs of a scene and what takes time to make: kept once per scene. */
interface Palette {
  readonly cells: SpriteLibrary;
  readonly textures: GroundTextures;
  readonly stain: StainTable;
  /** Tileable sensor noise, GLASS_PERIOD_PX² RGB values. */
  readonly noise: Float32Array<ArrayBuffer>;
  readonly scratch: ScratchFloats;
}

const palettes = new WeakMap<MetastasisScene, Palette>();

function paletteOf(scene: MetastasisScene): Palette {
  const known = palettes.get(scene);
  if (known !== undefined) return known;
  const made = {
    cells: makeSpriteLibrary(scene),
    textures: makeGroundTextures(scene.seed),
    stain: new StainTable(scene.stain),
    noise: makeNoise(scene.seed + 300, scene.stain.noiseLevels),
    scratch: new ScratchFloats(),
  };
  palettes.set(scene, made);
  return made;
}

/** Says whether nothing but glass can be in a level-0 rectangle; such a region repeats every `GLASS_PERIOD_PX`. */
export function isBareGlass(scene: MetastasisScene, rect: Rect<'l0'>): boolean {
  const near = neighbourhoodOf(scene, rect.x, rect.y, rect.x + rect.width, rect.y + rect.height);
  return near.nodes.length === 0 && artefactsIn(scene, rect).length === 0 && dustIn(scene, rect).length === 0;
}

/**
 * Draws any level-0 rectangle of a scene. Regions that overlap agree pixel for pixel, whatever their size, and the
 * scene goes on beyond the slide's border. Costs about 0.15 µs a pixel of tissue, and 0.2 s more for a scene's first region, which makes its cells.
 */
export function drawRegion(scene: MetastasisScene, rect: Rect<'l0'>): RgbImage {
  const palette = paletteOf(scene);
  const canvas = paint(scene, palette, rect);
  const data = develop(scene.stain, palette.stain, palette.noise, canvas, rect, palette.scratch);
  darkenColours(scene, rect, data);
  return { width: rect.width, height: rect.height, data };
}

function paint(scene: MetastasisScene, palette: Palette, rect: Rect<'l0'>): StainCanvas {
  const blur = defocusReachPx(scene, rect);
  const margin = blur > 0 ? blur + 2 : 1;
  const x0 = Math.floor((rect.x - margin) / LATTICE_PX) * LATTICE_PX;
  const y0 = Math.floor((rect.y - margin) / LATTICE_PX) * LATTICE_PX;
  const x1 = Math.ceil((rect.x + rect.width + margin) / LATTICE_PX) * LATTICE_PX;
  const y1 = Math.ceil((rect.y + rect.height + margin) / LATTICE_PX) * LATTICE_PX;
  const canvas = new StainCanvas(x0, y0, x1 - x0, y1 - y0, palette.scratch);
  const reach = CELL_REACH_PX + 2 * LATTICE_PX;
  const around = { x: x0 - reach, y: y0 - reach, width: x1 - x0 + 2 * reach, height: y1 - y0 + 2 * reach };
  if (isBareGlass(scene, around)) return canvas;
  const lattice = layLattice(scene, around, palette.scratch);
  drawGround(scene, lattice, palette.textures, canvas, palette.scratch);
  drawCells(scene, lattice, palette.cells, canvas);
  drawVessels(scene, palette.cells, canvas);
  disturbStain(scene, canvas);
  return canvas;
}

/** Truth of a rectangle in pixels of a level `downsample` times smaller than level 0: 255 inside a lesion, 0 elsewhere. */
export function maskRegion(scene: MetastasisScene, rect: Rect<'level'>, downsample = 1): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(rect.width * rect.height);
  for (const lesion of lesionsIn(scene, rect, downsample)) fillPolygon(lesion.outline, rect, downsample, mask);
  return mask;
}

/** The lesions whose bounds touch a rectangle. */
export function lesionsIn(scene: MetastasisScene, rect: Rect<'level'>, downsample: number): MetastasisScene['lesions'] {
  return scene.lesions.filter(
    (l) =>
      l.xL0 + l.reachPx >= rect.x * downsample &&
      l.xL0 - l.reachPx <= (rect.x + rect.width) * downsample &&
      l.yL0 + l.reachPx >= rect.y * downsample &&
      l.yL0 - l.reachPx <= (rect.y + rect.height) * downsample,
  );
}
