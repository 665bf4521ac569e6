import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import type { Said } from '../review/draft.ts';
import { BanffGrade } from './banff-grade.tsx';
import { ClassCounts } from './class-counts.tsx';
import { DetectionList } from './detection-list.tsx';
import { LesionFindings } from './lesion-findings.tsx';
import { ModelCard } from './model-card.tsx';
import { ResultFiles } from './result-files.tsx';
import { ResultWarnings } from './result-warnings.tsx';
import { SlideScore } from './slide-score.tsx';
import type { Selection } from './use-selection.ts';

interface FindingsProps {
  readonly analysisId: string;
  readonly result: AnalysisResult;
  readonly selection: Selection;
  readonly said: Said;
}

/** What one analysis found, as its task finds it; warnings, the model's card, files. */
export function Findings({ analysisId, result, selection, said }: FindingsProps): JSX.Element {
  const { task, model, grading } = result;
  return (
    <section class="section" aria-label={t('findings.title')}>
      <h3>{t('findings.title')}</h3>
      {task === 'classify' && <SlideScore result={result} />}
      {grading && <BanffGrade grading={grading} stages={result.stages} />}
      <ResultWarnings warnings={result.warnings} />
      {task === 'classify' ? (
        <LesionFindings
          result={result}
          selected={selection.target?.key ?? null}
          said={said}
          onSelect={selection.selectKey}
        />
      ) : (
        <ClassCounts result={result} style={selection.style} onToggle={selection.toggleClass} />
      )}
      {(task === 'detect' || task === 'pipeline') && (
        <DetectionList result={result} selection={selection} said={said} />
      )}
      <ModelCard name={model.name} version={model.version} scope={model.scope} />
      <ResultFiles analysisId={analysisId} task={task} />
    </section>
  );
}
