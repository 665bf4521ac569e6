import type { Lesion } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatProbability } from '../format.ts';
import { phrases } from '../i18n/phrases.ts';

interface LesionListProps {
  readonly lesions: readonly Lesion[];
  readonly selected: number | null;
  readonly onSelect: (rank: number) => void;
}

/** The lesions by rank; choosing one shows it in the viewer. */
export function LesionList({ lesions, selected, onSelect }: LesionListProps): JSX.Element {
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest' }), [selected]);
  return (
    <ol class="lesions">
      {lesions.map((lesion) => (
        <li key={lesion.rank} ref={lesion.rank === selected ? current : null}>
          <button
            type="button"
            class="lesion"
            aria-pressed={lesion.rank === selected}
            aria-label={phrases.findings.lesionButton(lesion.rank, lesion.probability, lesion.diameterUm)}
            onClick={() => onSelect(lesion.rank)}
          >
            <span class="lesion-rank">{lesion.rank}</span>
            <span class="lesion-probability">{formatProbability(lesion.probability)}</span>
            <span class="lesion-size">
              {phrases.findings.diameter(lesion.diameterUm, lesion.diameterUncertaintyUm)}
              <span class="lesion-class">{phrases.findings.sizeClass(lesion.sizeClass)}</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
