import {
  type AnalysisPlan,
  AnalysisResult,
  type BundleManifest,
  type ClassCount,
  type Detection,
  WARNINGS,
  type WarningCode,
} from '@gigascope/contracts';
import { tissueMethodOf } from '../tissue-method.ts';
import type { FinishInput } from './stage-outcome.ts';

/** What a task adds to what every result says. */
export type OwnFindings = Pick<AnalysisResult, 'threshold'> &
  Partial<Pick<AnalysisResult, 'score' | 'scoreMeaning' | 'positive' | 'lesions' | 'counts' | 'grading'>> & {
    readonly warnings?: readonly WarningCode[];
    /** Of the heatmap, where it is not the first stage's. */
    readonly grid?: AnalysisResult['grid'];
    /** Of that grid, with a value on the heatmap. */
    readonly cells?: number;
    /** Cells that each stage chose for the next. */
    readonly chosenCells?: readonly number[];
  };

/** Makes result.json's content. Parsed, so that keys stand in the schema's order: a plan that went through a database comes back in another. */
export function composeResult(
  { slideName, manifest, stages, parameters, stamp }: FinishInput,
  own: OwnFindings,
): AnalysisResult {
  const [first] = stages;
  if (first === undefined) throw new RangeError('an analysis has at least one stage');
  const { plan } = first;
  const { properties: _identifying, ...metadata } = plan.metadata;
  const codes = [...new Set([...stages.flatMap((stage) => warningsOf(stage.plan)), ...(own.warnings ?? [])])];
  return AnalysisResult.parse({
    schemaVersion: 1,
    state: 'succeeded',
    task: taskOf(manifest),
    slide: { name: slideName, metadata, mpp: plan.spacing },
    model: { name: manifest.name, version: manifest.version, scope: describeScope(manifest) },
    grid: own.grid ?? plan.grid,
    tissue: {
      method: tissueMethodOf(parameters, first.manifest),
      share: plan.tissueShare,
      cells: own.cells ?? cellsOf(plan),
    },
    score: own.score ?? null,
    scoreMeaning: own.scoreMeaning ?? 'none',
    threshold: own.threshold,
    positive: own.positive ?? null,
    lesions: own.lesions ?? [],
    counts: own.counts ?? [],
    grading: own.grading ?? null,
    stages: stages.map((stage, index) => ({
      name: manifest.task === 'pipeline' ? (manifest.stages[index]?.name ?? '') : manifest.task,
      cells: cellsOf(stage.plan),
      blocks: stage.plan.blocks.length,
      chosenCells: own.chosenCells?.[index] ?? null,
    })),
    warnings: codes.map((code) => ({ code, message: messageOf(code, plan) })),
    stamp,
  } satisfies AnalysisResult);
}

/** What the findings are like: those of a pipeline without a grade are its last stage's. */
function taskOf(manifest: BundleManifest): AnalysisResult['task'] {
  return manifest.task === 'pipeline' && manifest.grading === undefined ? 'classify' : manifest.task;
}

/** How many detections each class has, classes without any included. */
export function countClasses(detections: readonly Detection[], classes: readonly string[]): ClassCount[] {
  return classes.map((name) => ({
    class: name,
    count: detections.filter((detection) => detection.class === name).length,
    areaUm2: null,
  }));
}

function cellsOf({ blocks }: AnalysisPlan): number {
  return blocks.reduce((sum, block) => sum + block.tissueCells, 0);
}

function warningsOf(plan: AnalysisPlan): WarningCode[] {
  const codes: WarningCode[] = [];
  // A later stage with nothing to do was given nothing by the one before; that slide has tissue.
  if (plan.blocks.length === 0 && plan.stage === 0) codes.push('TISSUE_EMPTY');
  if (plan.resolutionLow) codes.push('RESOLUTION_LOW');
  if (plan.spacing.source === 'objective-power') codes.push('SPACING_ASSUMED');
  if (plan.outOfScope !== null) codes.push('OUT_OF_SCOPE');
  return codes;
}

function messageOf(code: WarningCode, { outOfScope }: AnalysisPlan): string {
  return code === 'OUT_OF_SCOPE' && outOfScope !== null ? `${WARNINGS[code]} (${outOfScope})` : WARNINGS[code];
}

function describeScope({ scope }: BundleManifest): string {
  const { species, organ, stain } = scope;
  const what = organ === 'any' ? 'tissue of any organ' : organ;
  return `Made for ${species} ${what}, ${stain}. On anything else its findings have no meaning.`;
}
