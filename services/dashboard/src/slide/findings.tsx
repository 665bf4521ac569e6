import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { BanffGrade } from './banff-grade.tsx';
import { ClassCounts } from './class-counts.tsx';
import { DetectionList } from './detection-list.tsx';
import { LesionFindings } from './lesion-findings.tsx';
import { ResultFiles } from './result-files.tsx';
import { ResultWarnings } from './result-warnings.tsx';
import { SlideScore } from './slide-score.tsx';
import type { Review } from './use-review.ts';

interface FindingsProps {
  readonly analysisId: string;
  readonly result: AnalysisResult;
  readonly review: Review;
}

/** What one analysis found, as its task finds it; warnings, what the model is made for, files. */
export function Findings({ analysisId, result, review }: FindingsProps): JSX.Element {
  const { task, model, grading } = result;
  return (
    <section class="section" aria-label={t('findings.title')}>
      <h3>{t('findings.title')}</h3>
      {task === 'classify' && <SlideScore result={result} />}
      {grading && <BanffGrade grading={grading} stages={result.stages} />}
      <ResultWarnings warnings={result.warnings} />
      {task === 'classify' ? (
        <LesionFindings result={result} selected={review.target?.rank ?? null} onSelect={review.selectLesion} />
      ) : (
        <ClassCounts result={result} style={review.style} onToggle={review.toggleClass} />
      )}
      {(task === 'detect' || task === 'pipeline') && <DetectionList result={result} review={review} />}
      <h4>{t('findings.scope')}</h4>
      <p class="hint">
        {phrases.analysis.version(model.name, model.version)}. {model.scope} {t('findings.decision')}
      </p>
      <ResultFiles analysisId={analysisId} task={task} />
    </section>
  );
}
