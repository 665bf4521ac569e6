import { GigascopeError, type ManifestOf, type ModelManifest } from '@gigascope/contracts';

/** Refuses a manifest whose settings contradict each other, so that a slide is not begun with it (ARGUMENT_INVALID). */
export function checkSettings(manifest: ModelManifest): void {
  const { patchSizePx, stridePx } = manifest;
  switch (manifest.task) {
    case 'classify':
      requireClass(manifest.positiveClass, manifest.classes);
      if (manifest.dense && manifest.engine === 'tfjs') refuse('only onnxruntime infers whole squares');
      break;
    case 'segment':
      if (stridePx > manifest.outputSizePx || manifest.outputSizePx > patchSizePx)
        refuse(`outputs of ${manifest.outputSizePx} px from patches of ${patchSizePx} px, every ${stridePx} px`);
      break;
    case 'detect':
      if (stridePx + manifest.maxObjectPx > patchSizePx)
        refuse(`patches of ${patchSizePx} px every ${stridePx} px cut objects of ${manifest.maxObjectPx} px in two`);
      break;
  }
}

/** The same for a pipeline and the manifests of its stages: one that classifies chooses the regions; one that detects is graded, one that classifies is not. */
export function checkStages(
  { regions, positiveClass, grading }: ManifestOf<'pipeline'>,
  [first, second]: readonly ModelManifest[],
): void {
  if (first?.task !== 'classify') refuse('the first stage of a pipeline must classify');
  const wanted = grading === undefined ? 'classify' : 'detect';
  if (second?.task !== wanted)
    refuse(`the second stage of a pipeline ${grading === undefined ? 'without' : 'with'} a grade must ${wanted}`);
  requireClass(regions.class, first.classes);
  if (first.positiveClass !== regions.class && first.classes.length !== 2)
    refuse(`${regions.class} is neither the positive class nor its opposite`);
  requireClass(positiveClass, second.classes);
  if (second.task === 'classify' && (regions.class !== second.positiveClass || regions.threshold > second.threshold))
    refuse(`regions must be of ${second.positiveClass}, from ${second.threshold} or less: below, its lesions begin`);
}

function requireClass(name: string, classes: readonly string[]): void {
  if (!classes.includes(name)) refuse(`no class is named ${name}: they are ${classes.join(', ')}`);
}

function refuse(detail: string): never {
  throw new GigascopeError('ARGUMENT_INVALID', detail);
}
