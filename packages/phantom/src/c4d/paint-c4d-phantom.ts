import type { Rect } from '@gigascope/contracts';
import { type PhantomFileOptions, type PhantomPaths, paintPhantomFiles } from '../paint-phantom-files.ts';
import { c4dMaskRegion, capillariesIn, drawC4dRegion, isBareC4dGlass } from './region.ts';
import { type C4dSceneOptions, composeC4dScene } from './scene.ts';
import { type C4dTruth, c4dTruthOf, c4dTruthToGeoJson } from './truth.ts';
import { C4D_MPP } from './units.ts';

export interface C4dPaintOptions extends C4dSceneOptions, PhantomFileOptions {}

/** What was drawn and where it lies. */
export interface C4dPhantom extends PhantomPaths, C4dTruth {
  readonly seed: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mpp: number;
}

/**
 * Draws a renal biopsy stained for C4d whose capillaries are known, and writes slide, mask pyramid (255 in capillaries of
 * either class) and truth. The same options write the same bytes. All three files appear at the end or none does.
 * Errors: ARGUMENT_INVALID, STORAGE_FULL, FILE_NOT_FOUND (no such folder), CANCELED (by `signal`).
 */
export async function paintC4dPhantom(options: C4dPaintOptions): Promise<C4dPhantom> {
  const scene = composeC4dScene(options);
  const { seed, widthPx, heightPx } = scene;
  const content = {
    ...{ widthPx, heightPx, mpp: C4D_MPP },
    title: `Phantom of a renal biopsy stained for C4d, seed ${seed}`,
    draw: (rect: Rect<'l0'>) => drawC4dRegion(scene, rect).data,
    isBareGlass: (rect: Rect<'l0'>) => isBareC4dGlass(scene, rect),
    mask: (rect: Rect<'level'>, downsample: number) =>
      capillariesIn(scene, rect, downsample).length === 0 ? null : c4dMaskRegion(scene, rect, downsample),
    geoJson: c4dTruthToGeoJson(scene),
  };
  const paths = await paintPhantomFiles(content, options);
  return { ...paths, seed, widthPx, heightPx, mpp: C4D_MPP, ...c4dTruthOf(scene) };
}
