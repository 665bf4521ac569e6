import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { phantomPaths, RandomStream } from '@gigascope/phantom';
import type { JudgedSlide } from '../judge-slides.ts';
import { dealPatches } from './deal-patches.ts';
import { layCollage } from './layout.ts';
import type { Outline } from './outlines.ts';
import { paintCollage } from './paint-collage.ts';
import type { Patches } from './patches.ts';
import { TUMOUR } from './tile-grid.ts';

/** Tiles of 93 µm: 3.4 × 2.8 mm, of whose tissue no slide has more than the left-out clusters have normal patches. */
const SIZE = { columns: 36, rows: 30 };
/** Longest diameters, µm, of each tumour slide's outlines: whatever of the range fits the tissue. */
const DIAMETERS_UM = [
  [1000, 3000],
  [600, 1000],
  [400, 600],
  [300, 400],
] as const;

export interface CollageSlide extends JudgedSlide {
  readonly tumourTiles: number;
  readonly normalTiles: number;
}

/** Draws the slide of a seed into `work`, unless it is there; the same seed and data give the same slide. */
export async function drawCollage(
  seed: number,
  isTumour: boolean,
  material: { readonly patches: Patches; readonly outlines: readonly Outline[] },
  work: string,
): Promise<CollageSlide> {
  const name = `collage-${seed}`;
  const path = join(work, `${name}.svs`);
  const { maskPath } = phantomPaths(path);
  const random = new RandomStream(seed);
  const layout = layCollage(random, SIZE, material.outlines, isTumour ? DIAMETERS_UM : []);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await paintCollage(layout, dealPatches(random, layout, material.patches), seed, path);
    if (!isTumour) await rm(maskPath, { force: true });
  }
  const tumourTiles = layout.kinds.filter((kind) => kind === TUMOUR).length;
  const normalTiles = layout.kinds.filter((kind) => kind !== 0).length - tumourTiles;
  return { name, path, maskPath: isTumour ? maskPath : null, tumourTiles, normalTiles };
}
