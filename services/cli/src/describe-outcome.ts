import { basename, join } from 'node:path';
import type { AnalysisResult } from '@gigascope/contracts';
import type { SlideOutcome } from './run-analyses.ts';

const MAX_LISTED_LESIONS = 10;

/** One analysis for --json: result.json's content, where it was written, and figures of this run. */
export function outcomeToJson(outcome: SlideOutcome): unknown {
  if ('error' in outcome) return { slide: basename(outcome.slide), error: outcome.error.toJSON() };
  return { ...outcome.result, out: outcome.out, run: outcome.run };
}

/** One analysis as a person reads it: score, lesions, warnings, where the pictures are, what it cost. */
export function describeOutcome(outcome: SlideOutcome): string {
  if ('error' in outcome) return `${basename(outcome.slide)}\n  ${outcome.error.code}: ${outcome.error.message}\n`;
  const { result, out, run } = outcome;
  return [
    describeResult(result, out),
    `  time     ${seconds(run.wallMs)}, of which inference ${seconds(run.inferenceMs)}, reading ${seconds(run.readMs)}\n`,
    `  memory   ${megabytes(run.peakMemoryBytes.engine)} MB engine, ${megabytes(run.peakMemoryBytes.command)} MB command (peaks)\n`,
  ].join('');
}

/** What was found, warnings and where the pictures are. */
export function describeResult(result: AnalysisResult, out: string): string {
  return [
    result.slide.name,
    ...FINDINGS[result.task](result),
    `  tissue   ${(result.tissue.share * 100).toFixed(1)} % of the slide, ${result.tissue.cells} of ${result.grid.columns * result.grid.rows} cells`,
    `  model    ${result.model.name} ${result.model.version}. ${result.model.scope}`,
    ...result.warnings.map((warning) => `  warning  ${warning.code}: ${warning.message}`),
    `  picture  ${join(out, 'overlay.png')}`,
    `  files    ${out}`,
    '',
  ].join('\n');
}

const FINDINGS: Readonly<Record<AnalysisResult['task'], (result: AnalysisResult) => readonly string[]>> = {
  classify: describeLesions,
  detect: describeCounts,
  segment: describeCounts,
  pipeline: (result) => [...describeGrade(result), ...describeCounts(result)],
};

function describeLesions(result: AnalysisResult): readonly string[] {
  const score = result.score === null ? 'none (no tissue)' : result.score.toFixed(4);
  const verdict = result.positive === null ? '' : ` – ${result.positive ? 'at or above' : 'below'} ${result.threshold}`;
  const lesions = result.lesions
    .slice(0, MAX_LISTED_LESIONS)
    .map(
      (lesion) =>
        `    ${String(lesion.rank).padStart(3)}  p ${lesion.probability.toFixed(3)}  at ` +
        `(${Math.floor(lesion.xL0)}, ${Math.floor(lesion.yL0)})  ${lesion.diameterUm.toFixed(0)} ± ` +
        `${lesion.diameterUncertaintyUm.toFixed(0)} µm  ${lesion.sizeClass}`,
    );
  const more = result.lesions.length - lesions.length;
  return [
    `  score    ${score}${verdict}`,
    `  lesions  ${result.lesions.length}${lesions.length > 0 ? '  (level-0 pixels)' : ''}`,
    ...lesions,
    ...(more > 0 ? [`         … and ${more} more in lesions.csv`] : []),
  ];
}

function describeCounts({ counts, threshold }: AnalysisResult): readonly string[] {
  return counts.map(({ class: name, count, areaUm2 }) => {
    const area = areaUm2 === null ? '' : `, ${(areaUm2 / 1e6).toFixed(3)} mm² in all`;
    return `  found    ${count} × ${name}${area}, from a probability of ${threshold} on`;
  });
}

function describeGrade({ grading, stages }: AnalysisResult): readonly string[] {
  if (grading === null) return [];
  const { positive, negative, ratio, grade, reason } = grading;
  const share = ratio === null ? '' : `: ${positive} of ${positive + negative} positive, ${(ratio * 100).toFixed(1)} %`;
  const regions = stages.map(({ name, cells, chosenCells }) =>
    chosenCells === null ? `${name} ${cells} cells` : `${name} ${cells} cells, ${chosenCells} chosen`,
  );
  return [`  grade    Banff C4d ${grade ?? `none (${reason})`}${share}`, `  stages   ${regions.join('; ')}`];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
