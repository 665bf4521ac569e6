import { setImmediate as turn } from 'node:timers/promises';
import { CONFIDENCES } from '@gigascope/contracts';
import type { ReaderStudy } from '@gigascope/contracts/http';
import type { ScoredCase } from '@gigascope/findings';
import type { ModelScoreRow, ReadingRow } from '@gigascope/store';
import { presentReader } from '../present/review.ts';
import { rocFigure } from './roc-figure.ts';

type Readings = readonly [ReadingRow, ...ReadingRow[]];

/** Curves of each reader with and without a time limit, beside the models'. Other requests get a turn between two curves. */
export async function evaluateStudy(
  readings: readonly ReadingRow[],
  scores: readonly ModelScoreRow[],
): Promise<Pick<ReaderStudy, 'readers' | 'models'>> {
  const readers: ReaderStudy['readers'] = [];
  for (const group of groupBy(readings, ({ readerId, timeLimited }) => `${timeLimited} ${readerId}`)) {
    await turn();
    readers.push(evaluateReader(group));
  }
  const models: ReaderStudy['models'] = [];
  for (const group of groupBy(scores, ({ modelName, modelVersion }) => `${modelName} ${modelVersion}`)) {
    await turn();
    const [{ modelName: name, modelVersion: version }] = group;
    models.push({ name, version, roc: rocFigure(group.map(scoredCase)) });
  }
  return { readers, models };
}

function evaluateReader(readings: Readings): ReaderStudy['readers'][number] {
  const [first] = readings;
  const bySteps = readings.map(({ confidence, label }) =>
    scoredCase({ score: CONFIDENCES.indexOf(confidence), label }),
  );
  const byModel = readings.flatMap(({ score, label }) => (score === null ? [] : [scoredCase({ score, label })]));
  return {
    reader: presentReader(first),
    timeLimited: first.timeLimited,
    roc: rocFigure(bySteps),
    model: byModel.length === readings.length ? rocFigure(byModel) : null,
    medianReadingMs: median(readings.map(({ readingMs }) => readingMs)),
  };
}

function scoredCase({ score, label }: { readonly score: number; readonly label: ReadingRow['label'] }): ScoredCase {
  return { score, positive: label === 'tumour' };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [below = 0, above = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return (below + above) / 2;
}

/** In the order of their first rows. */
function groupBy<T>(rows: readonly T[], nameOf: (row: T) => string): (readonly [T, ...T[]])[] {
  // A group is made by its first row.
  return [...Map.groupBy(rows, nameOf).values()] as [T, ...T[]][];
}
