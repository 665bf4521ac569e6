import type { Rect } from '@gigascope/contracts';
import { CELL_REACH_PX } from './cells.ts';
import { type PhantomFileOptions, type PhantomPaths, paintPhantomFiles } from './paint-phantom-files.ts';
import { drawRegion, isBareGlass, lesionsIn, maskRegion } from './region.ts';
import { composeMetastasisScene, type MetastasisSceneOptions } from './scene.ts';
import { type LesionTruth, truthOf, truthToGeoJson } from './truth.ts';
import { PHANTOM_MPP } from './units.ts';

export interface PaintOptions extends MetastasisSceneOptions, PhantomFileOptions {}

/** What was drawn and where it lies. */
export interface PhantomTruth extends PhantomPaths {
  readonly seed: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mpp: number;
  readonly lesions: readonly LesionTruth[];
}

/** How far from a tile something may lie that still colours it. */
const GLASS_MARGIN_PX = CELL_REACH_PX + 64;

/**
 * Draws a lymph-node slide with known metastases and writes slide, mask pyramid and truth.
 * Memory does not depend on the slide's size. The same options write the same bytes. All three files appear at the end
 * or none does. Errors: ARGUMENT_INVALID, STORAGE_FULL, FILE_NOT_FOUND (no such folder), CANCELED (by `signal`).
 */
export async function paintMetastasisPhantom(options: PaintOptions): Promise<PhantomTruth> {
  const scene = composeMetastasisScene(options);
  const { seed, widthPx, heightPx } = scene;
  const content = {
    ...{ widthPx, heightPx, mpp: PHANTOM_MPP },
    title: `Phantom of metastases, seed ${seed}`,
    draw: (rect: Rect<'l0'>) => drawRegion(scene, rect).data,
    isBareGlass: (rect: Rect<'l0'>) => isBareGlass(scene, grow(rect, GLASS_MARGIN_PX)),
    mask: (rect: Rect<'level'>, downsample: number) =>
      lesionsIn(scene, rect, downsample).length === 0 ? null : maskRegion(scene, rect, downsample),
    geoJson: truthToGeoJson(scene),
  };
  const paths = await paintPhantomFiles(content, options);
  return { ...paths, seed, widthPx, heightPx, mpp: PHANTOM_MPP, lesions: truthOf(scene) };
}

function grow(rect: Rect<'l0'>, byPx: number): Rect<'l0'> {
  return { x: rect.x - byPx, y: rect.y - byPx, width: rect.width + 2 * byPx, height: rect.height + 2 * byPx };
}
