import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';

interface BanffGradeProps {
  readonly grading: NonNullable<AnalysisResult['grading']>;
  readonly stages: AnalysisResult['stages'];
}

/** The grade with the counts and the share that it follows from, and how much of the tissue was judged. */
export function BanffGrade({ grading, stages }: BanffGradeProps): JSX.Element {
  const { grade, ratio, positive, negative, reason } = grading;
  const [regions] = stages;
  return (
    <>
      <div class="score">
        <span class="score-label">{t('findings.banffGrade')}</span>
        <span class="score-value">{grade ?? t('findings.noGrade')}</span>
        <span class="verdict">
          {ratio === null ? reason : phrases.findings.capillaries(positive, positive + negative, ratio)}
        </span>
      </div>
      {regions && regions.chosenCells !== null && (
        <p class="hint">{phrases.findings.regions(regions.chosenCells, regions.cells)}</p>
      )}
    </>
  );
}
