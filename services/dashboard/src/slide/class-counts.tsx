import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { formatAreaUm2, formatCount } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import type { FindingStyle } from '../viewer/draw-findings.ts';

interface ClassCountsProps {
  readonly result: AnalysisResult;
  readonly style: FindingStyle;
  readonly onToggle: (className: string) => void;
}

/** How many findings of each class there are, with the colour in which they are drawn; each class can be hidden. */
export function ClassCounts({ result, style, onToggle }: ClassCountsProps): JSX.Element {
  const { counts, threshold, task } = result;
  const hasArea = counts.some(({ areaUm2 }) => areaUm2 !== null);
  const largestUm2 = Math.max(...counts.map(({ areaUm2 }) => areaUm2 ?? 0));
  return (
    <>
      <table class="counts">
        <caption>{phrases.findings.counts(task === 'segment' ? 'segments' : 'detections')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('findings.class')}</th>
            <th scope="col">{t('findings.count')}</th>
            {hasArea && <th scope="col">{t('findings.area')}</th>}
          </tr>
        </thead>
        <tbody>
          {counts.map(({ class: name, count, areaUm2 }) => (
            <tr key={name}>
              <th scope="row">
                <label class="check" title={phrases.findings.showClass(name)}>
                  <input type="checkbox" checked={!style.hidden.has(name)} onChange={() => onToggle(name)} />
                  <span class="swatch" style={{ background: style.colours.get(name)?.css }} aria-hidden="true" />
                  {name}
                </label>
              </th>
              <td>{formatCount(count)}</td>
              {hasArea && <td>{areaUm2 === null ? '' : formatAreaUm2(areaUm2, largestUm2)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">{phrases.findings.from(threshold)}</p>
    </>
  );
}
