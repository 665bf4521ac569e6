import type { Rect, RgbImage } from '@gigascope/contracts';
import { artefactsIn, darkenColours, defocusReachPx, disturbStain, dustIn } from '../artefact-painting.ts';
import { develop, makeNoise } from '../develop.ts';
import { fillPolygon } from '../polygon.ts';
import { ScratchFloats } from '../scratch-floats.ts';
import { StainTable } from '../stain.ts';
import { StainCanvas } from '../stain-canvas.ts';
import { capillariesNear } from './anatomy.ts';
import { boxOf, type Capillary } from './capillary.ts';
import { type C4dCells, makeC4dCells } from './cell-library.ts';
import { paintCapillaries } from './paint-capillaries.ts';
import { BLOCK_PX, paintCortex } from './paint-cortex.ts';
import { paintNuclei } from './paint-nuclei.ts';
import type { C4dScene } from './scene.ts';
import { type C4dTextures, makeC4dTextures } from './textures.ts';

/** What drawing needs of a scene and what takes time to make: kept once per scene. */
interface Palette {
  readonly cells: C4dCells;
  readonly textures: C4dTextures;
  readonly stain: StainTable;
  readonly noise: Float32Array<ArrayBuffer>;
  readonly scratch: ScratchFloats;
}

const palettes = new WeakMap<C4dScene, Palette>();

function paletteOf(scene: C4dScene): Palette {
  const known = palettes.get(scene);
  if (known !== undefined) return known;
  const made = {
    cells: makeC4dCells(scene.seed),
    textures: makeC4dTextures(scene.seed),
    stain: new StainTable(scene.stain),
    noise: makeNoise(scene.seed + 300, scene.stain.noiseLevels),
    scratch: new ScratchFloats(),
  };
  palettes.set(scene, made);
  return made;
}

/** Says whether nothing but glass can be in a level-0 rectangle. */
export function isBareC4dGlass(scene: C4dScene, rect: Rect<'l0'>): boolean {
  const reach = 3 * BLOCK_PX + 40;
  const tissue = scene.cores.some(
    ({ bounds }) =>
      bounds.x1 + reach > rect.x &&
      bounds.x0 - reach < rect.x + rect.width &&
      bounds.y1 + reach > rect.y &&
      bounds.y0 - reach < rect.y + rect.height,
  );
  return !tissue && artefactsIn(scene, rect).length === 0 && dustIn(scene, rect).length === 0;
}

/**
 * Draws any level-0 rectangle of a C4d scene. Regions that overlap agree pixel for pixel, whatever their size, and the
 * glass goes on beyond the slide's border.
 */
export function drawC4dRegion(scene: C4dScene, rect: Rect<'l0'>): RgbImage {
  const palette = paletteOf(scene);
  const canvas = paint(scene, palette, rect);
  const data = develop(scene.stain, palette.stain, palette.noise, canvas, rect, palette.scratch);
  darkenColours(scene, rect, data);
  return { width: rect.width, height: rect.height, data };
}

function paint(scene: C4dScene, palette: Palette, rect: Rect<'l0'>): StainCanvas {
  const blur = defocusReachPx(scene, rect);
  const margin = blur > 0 ? blur + 2 : 1;
  const x0 = Math.floor((rect.x - margin) / BLOCK_PX) * BLOCK_PX;
  const y0 = Math.floor((rect.y - margin) / BLOCK_PX) * BLOCK_PX;
  const x1 = Math.ceil((rect.x + rect.width + margin) / BLOCK_PX) * BLOCK_PX;
  const y1 = Math.ceil((rect.y + rect.height + margin) / BLOCK_PX) * BLOCK_PX;
  const canvas = new StainCanvas(x0, y0, x1 - x0, y1 - y0, palette.scratch);
  if (isBareC4dGlass(scene, { x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) return canvas;
  paintCortex(scene, palette.textures, canvas);
  paintNuclei(scene, palette.cells, canvas);
  paintCapillaries(scene, palette.cells, canvas);
  disturbStain(scene, canvas);
  return canvas;
}

/** The capillaries whose boxes touch a rectangle of a level that is `downsample` times smaller than level 0. */
export function capillariesIn(scene: C4dScene, rect: Rect<'level'>, downsample: number): readonly Capillary[] {
  const [x0, y0] = [rect.x * downsample, rect.y * downsample];
  const [x1, y1] = [x0 + rect.width * downsample, y0 + rect.height * downsample];
  return capillariesNear(scene, x0, y0, x1, y1).filter(({ outline }) => {
    const box = boxOf(outline);
    return box.x1L0 > x0 && box.x0L0 < x1 && box.y1L0 > y0 && box.y0L0 < y1;
  });
}

/** Truth of a rectangle in pixels of a level: 255 inside a capillary of either class, 0 elsewhere. */
export function c4dMaskRegion(scene: C4dScene, rect: Rect<'level'>, downsample = 1): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(rect.width * rect.height);
  for (const { outline } of capillariesIn(scene, rect, downsample)) fillPolygon(outline, rect, downsample, mask);
  return mask;
}
