import type { ManifestOf } from '@gigascope/contracts';
import type { StageOutcome } from '../finish/stage-outcome.ts';
import { maskStrips } from '../segments/mask-strips.ts';
import { gridOf } from '../stage-grid.ts';

/** Class indices of every pixel at the model's spacing, uint8 [height, width]: what a slide's mask.tif is made of. */
export interface ClassMask {
  readonly width: number;
  readonly height: number;
  readonly classes: Uint8Array<ArrayBuffer>;
}

/** The whole class mask of a segmented image; a slide's is streamed instead. */
export async function classMaskOf(stage: StageOutcome<ManifestOf<'segment'>>): Promise<ClassMask> {
  const { width, height } = gridOf(stage.plan, stage.manifest).lattice;
  const classes = new Uint8Array(width * height);
  let at = 0;
  for await (const strip of maskStrips(stage, stage.manifest.threshold, width)) {
    classes.set(strip.classes, at);
    at += strip.classes.length;
  }
  return { width, height, classes };
}
