import type { AnalysisResult } from '@gigascope/contracts';
import { FILES_OF_TASK, paths } from '@gigascope/contracts/paths';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';

interface ResultFilesProps {
  readonly analysisId: string;
  readonly task: AnalysisResult['task'];
}

/** The files that an analysis of this task leaves, to download. */
export function ResultFiles({ analysisId, task }: ResultFilesProps): JSX.Element {
  return (
    <>
      <h4>{t('findings.files')}</h4>
      <ul class="files">
        {FILES_OF_TASK[task].map((name) => (
          <li key={name}>
            <a href={paths.file(analysisId, name)} download={name}>
              {name}
            </a>
          </li>
        ))}
      </ul>
      <a class="report" href={`${paths.export(analysisId)}?format=html-report`} target="_blank" rel="noreferrer">
        {t('findings.report')}
      </a>
    </>
  );
}
