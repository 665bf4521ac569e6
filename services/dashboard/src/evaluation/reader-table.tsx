import type { ReaderStudy } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatDuration, formatFigure } from '../format.ts';
import { t } from '../i18n/language.ts';
import { markOf } from './roc-figure.tsx';

/** Each reader beside the model on the same slides. */
export function ReaderTable({ study }: { readonly study: ReaderStudy }): JSX.Element {
  const { readers, notIndependent } = study;
  return (
    <section>
      <h3>{t('evaluation.study')}</h3>
      {readers.length === 0 ? (
        <p class="hint">{t('evaluation.noStudy')}</p>
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('evaluation.reader')}</th>
              <th scope="col">{t('evaluation.aucHead')}</th>
              <th scope="col">{t('evaluation.intervalHead')}</th>
              <th scope="col">{t('evaluation.modelAuc')}</th>
              <th scope="col">{t('evaluation.readingTime')}</th>
            </tr>
          </thead>
          <tbody>
            {readers.map(({ reader, roc, model, timeLimited, medianReadingMs }, k) => (
              <tr key={`${reader.id} ${timeLimited}`}>
                <th scope="row">
                  {markOf(k)} {reader.name} {timeLimited && <span class="hint">{t('evaluation.timeLimited')}</span>}
                </th>
                <td>{figure(roc.auc)}</td>
                <td>{roc.interval && `${figure(roc.interval.low)} – ${figure(roc.interval.high)}`}</td>
                <td>{figure(model?.auc ?? null)}</td>
                <td>{formatDuration(medianReadingMs / 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {notIndependent > 0 && <p class="hint">{t('evaluation.notIndependent', { count: notIndependent })}</p>}
    </section>
  );
}

const figure = (value: number | null): string => (value === null ? '–' : formatFigure(value));
