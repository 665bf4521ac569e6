import type { Evaluation } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatCount, formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';

/** How many slides of each kind were called what. */
export function ConfusionTable({ confusion }: Pick<Evaluation, 'confusion'>): JSX.Element {
  const { threshold, truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const rows = [
    [t('evaluation.isTumour'), truePositives, falseNegatives],
    [t('evaluation.isNormal'), falsePositives, trueNegatives],
  ] as const;
  return (
    <table class="table">
      <caption>{t('evaluation.confusion', { threshold: formatProbability(threshold) })}</caption>
      <thead>
        <tr>
          <th scope="col">
            {t('evaluation.truth')} \ {t('evaluation.called')}
          </th>
          <th scope="col">{t('evaluation.isTumour')}</th>
          <th scope="col">{t('evaluation.isNormal')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, tumour, normal]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{formatCount(tumour)}</td>
            <td>{formatCount(normal)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
