import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import type { Said } from '../review/draft.ts';
import { MARKS_SHOWN } from '../viewer/marks.ts';
import { LesionList } from './lesion-list.tsx';

interface LesionFindingsProps {
  readonly result: AnalysisResult;
  readonly selected: string | null;
  readonly said: Said;
  readonly onSelect: (key: string) => void;
}

/** How many lesions there are, and which. */
export function LesionFindings({ result, selected, said, onSelect }: LesionFindingsProps): JSX.Element {
  const { lesions, score } = result;
  return (
    <>
      <h4>{phrases.findings.lesions(lesions.length)}</h4>
      {lesions.length === 0 && score !== null && <p class="hint">{t('findings.noLesions')}</p>}
      {lesions.length > MARKS_SHOWN && <p class="hint">{phrases.findings.marksLimited(MARKS_SHOWN, lesions.length)}</p>}
      <LesionList lesions={lesions} selected={selected} said={said} onSelect={onSelect} />
    </>
  );
}
