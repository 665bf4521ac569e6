import type { ClassCount, Grading, Lesion } from '@gigascope/contracts';
import { lesionClassName } from '../lesion-class.ts';
import { SCORE_MEANINGS } from '../score-text.ts';
import type { LabReport } from './lab-report.ts';

/** A unit of UCUM with the form that people read. */
export interface Unit {
  readonly ucum: string;
  readonly text: string;
}

const NONE: Unit = { ucum: '1', text: '' };
const PIXEL: Unit = { ucum: '{pixel}', text: 'px' };
const MICROMETRE: Unit = { ucum: 'um', text: 'µm' };
const SQUARE_MICROMETRE: Unit = { ucum: 'um2', text: 'µm²' };

/** One value that a lab system keeps; `code` is ours, there are no LOINC codes for these. */
export interface Measure {
  readonly code: string;
  readonly text: string;
  /** null: there is none, and `reason` may say why. */
  readonly value: number | string | null;
  readonly unit?: Unit;
  readonly reason?: string | null;
}

/** Values that belong together, the first of them the one that they are about. */
export interface MeasureGroup extends Measure {
  /** Unique in a report. */
  readonly key: string;
  readonly parts: readonly Measure[];
}

/** What a lab system is told of an analysis, most important first; of the lesions the first `mostLesions`. */
export function measuresOf({ result, lesions }: LabReport, mostLesions: number): readonly MeasureGroup[] {
  const { score, scoreMeaning, threshold, grading, counts } = result;
  const groups: MeasureGroup[] = [];
  if (scoreMeaning === 'highest-probability') {
    const text = SCORE_MEANINGS[scoreMeaning];
    const parts = [{ code: 'threshold', text: 'Positive from this probability on', value: threshold, unit: NONE }];
    groups.push({ key: 'score', code: 'slide-score', text, value: score, unit: NONE, parts });
  }
  if (grading !== null) groups.push(ofGrading(grading));
  groups.push(...counts.map(ofCount));
  for (const lesion of lesions.slice(0, mostLesions)) groups.push(ofLesion(lesion));
  return groups;
}

function ofGrading({ positive, negative, ratio, grade, reason }: Grading): MeasureGroup {
  return {
    key: 'grade',
    code: 'banff-c4d-grade',
    text: 'Banff C4d grade',
    value: grade,
    unit: NONE,
    reason,
    parts: [
      { code: 'capillaries-positive', text: 'Positive capillaries', value: positive, unit: NONE },
      { code: 'capillaries-negative', text: 'Negative capillaries', value: negative, unit: NONE },
      { code: 'capillaries-positive-ratio', text: 'Share of positive capillaries', value: ratio, unit: NONE },
    ],
  };
}

function ofCount({ class: name, count, areaUm2 }: ClassCount, index: number): MeasureGroup {
  const area = { code: 'class-area', text: `Area: ${name}`, value: areaUm2, unit: SQUARE_MICROMETRE };
  return {
    key: `count-${index + 1}`,
    code: 'class-count',
    text: `Count: ${name}`,
    value: count,
    unit: NONE,
    parts: areaUm2 === null ? [] : [area],
  };
}

function ofLesion(lesion: Lesion): MeasureGroup {
  return {
    key: `lesion-${lesion.rank}`,
    code: 'lesion-probability',
    text: `Lesion ${lesion.rank}: probability`,
    value: lesion.probability,
    unit: NONE,
    parts: [
      { code: 'lesion-x', text: 'x from the left of level 0', value: lesion.xL0, unit: PIXEL },
      { code: 'lesion-y', text: 'y from the top of level 0', value: lesion.yL0, unit: PIXEL },
      { code: 'lesion-diameter', text: 'Longest diameter', value: lesion.diameterUm, unit: MICROMETRE },
      { code: 'lesion-area', text: 'Area', value: lesion.areaUm2, unit: SQUARE_MICROMETRE },
      { code: 'lesion-size-class', text: 'Size class', value: lesionClassName(lesion.sizeClass) },
    ],
  };
}
