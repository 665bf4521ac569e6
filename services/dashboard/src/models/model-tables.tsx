import type { ModelDetail } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatCount, formatFigure } from '../format.ts';
import { t } from '../i18n/language.ts';
import { figureTitle, pairFigures } from './figures.ts';

/** Measured figures with their intervals. */
export function FigureTable({ figures }: Pick<ModelDetail, 'figures'>): JSX.Element {
  const rows = pairFigures(figures);
  if (rows.length === 0) return <p class="hint">{t('models.noFigures')}</p>;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{t('models.figure')}</th>
          <th scope="col">{t('models.value')}</th>
          <th scope="col">{t('models.interval')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, value, low, high }) => (
          <tr key={name}>
            <th scope="row">{figureTitle(name)}</th>
            <td>{formatFigure(value)}</td>
            <td>{low !== null && high !== null && `${formatFigure(low)} – ${formatFigure(high)}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the model learnt from. */
export function TrainingTable({ sources }: { readonly sources: ModelDetail['trainingData'] }): JSX.Element {
  return (
    <table class="table">
      <caption>{t('models.trainingData')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('models.source')}</th>
          <th scope="col">{t('models.patches')}</th>
          <th scope="col">{t('models.licence')}</th>
        </tr>
      </thead>
      <tbody>
        {sources.map(({ name, patches, licence }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{formatCount(patches)}</td>
            <td>{licence}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
