import type { AnalysisParameters, ChosenRegions, ManifestOf, ModelManifest } from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import { assembleHeatmap } from './finish/find-lesions.ts';
import type { StageOutcome } from './finish/stage-outcome.ts';

/**
 * The cells of a classifying stage that the next stage reads: those whose class of interest is at least as probable as the
 * pipeline asks. With two classes, a cell that is not called positive is the other class. Throws ARGUMENT_INVALID for a stage
 * that does not classify, or a class that its heatmap says nothing of.
 */
export function chooseCells(
  stage: StageOutcome<ModelManifest>,
  { class: wanted, threshold }: ManifestOf<'pipeline'>['regions'],
): ChosenRegions {
  const { manifest, plan, outputs } = stage;
  if (manifest.task !== 'classify' || !manifest.classes.includes(wanted))
    throw new GigascopeError('ARGUMENT_INVALID', `the first stage does not tell ${wanted}`);
  const isPositive = manifest.positiveClass === wanted;
  if (!isPositive && manifest.classes.length !== 2)
    throw new GigascopeError('ARGUMENT_INVALID', `${wanted} is neither the positive class nor its opposite`);
  const { values } = assembleHeatmap(plan, outputs);
  const cells = Uint8Array.from(values, (p) => ((isPositive ? p : 1 - p) >= threshold ? 1 : 0));
  return { grid: plan.grid, cells };
}

/**
 * What a pipeline's regions are chosen by. Where both stages classify, a lesion threshold below that of the regions lowers it:
 * otherwise what only the first stage has seen would become lesions.
 */
export function regionsOf(
  { regions, grading }: ManifestOf<'pipeline'>,
  { threshold }: Pick<AnalysisParameters, 'threshold'>,
): ManifestOf<'pipeline'>['regions'] {
  if (grading !== undefined || threshold === null) return regions;
  return { ...regions, threshold: Math.min(regions.threshold, threshold) };
}
