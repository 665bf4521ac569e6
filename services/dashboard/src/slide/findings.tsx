import type { AnalysisResult } from '@gigascope/contracts';
import { OUTPUT_FILES, type OutputFileName, paths } from '@gigascope/contracts/paths';
import type { JSX } from 'preact';
import { formatProbability } from '../format.ts';
import { text } from '../text.ts';
import { MARKS_SHOWN } from '../viewer/lesion-marks.ts';
import { LesionList } from './lesion-list.tsx';

interface FindingsProps {
  readonly analysisId: string;
  readonly result: AnalysisResult;
  readonly selected: number | null;
  readonly onSelect: (rank: number) => void;
}

/** What one analysis found: score, warnings, lesions, what the model is made for, files. */
export function Findings({ analysisId, result, selected, onSelect }: FindingsProps): JSX.Element {
  const { score, threshold, positive, lesions, warnings, model } = result;
  return (
    <section class="section" aria-label={text.findings.title}>
      <h3>{text.findings.title}</h3>
      {score === null ? (
        <p class="verdict">{text.findings.noTissue}</p>
      ) : (
        <div class={`score ${positive ? 'is-positive' : ''}`}>
          <span class="score-label">{text.findings.score}</span>
          <span class="score-value">{formatProbability(score)}</span>
          <span class="verdict">
            {positive ? text.findings.positive(threshold) : text.findings.negative(threshold)}
          </span>
        </div>
      )}
      {warnings.length > 0 && (
        <ul class="warnings" aria-label={text.findings.warnings}>
          {warnings.map(({ code, message }) => (
            <li key={code} class="note is-warning">
              <p>{message}</p>
              <p class="note-code">
                <code>{code}</code>
              </p>
            </li>
          ))}
        </ul>
      )}
      <h4>{text.findings.lesions(lesions.length)}</h4>
      {lesions.length === 0 && score !== null && <p class="hint">{text.findings.noLesions}</p>}
      {lesions.length > MARKS_SHOWN && <p class="hint">{text.findings.marksLimited(MARKS_SHOWN, lesions.length)}</p>}
      <LesionList lesions={lesions} selected={selected} onSelect={onSelect} />
      <h4>{text.findings.scope}</h4>
      <p class="hint">
        {text.analysis.version(model.name, model.version)}. {model.scope} {text.findings.decision}
      </p>
      <h4>{text.findings.files}</h4>
      <ul class="files">
        {(Object.keys(OUTPUT_FILES) as OutputFileName[]).map((name) => (
          <li key={name}>
            <a href={paths.file(analysisId, name)} download={name}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
