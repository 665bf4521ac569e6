import type { Lesion } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatProbability } from '../format.ts';
import { phrases } from '../i18n/phrases.ts';
import type { Said } from '../review/draft.ts';
import { VerdictSign } from '../review/verdict-sign.tsx';
import { lesionKey } from '../viewer/target.ts';

interface LesionListProps {
  readonly lesions: readonly Lesion[];
  /** As reviews name findings. */
  readonly selected: string | null;
  readonly said: Said;
  readonly onSelect: (key: string) => void;
}

/** The lesions by rank; choosing one shows it in the viewer. */
export function LesionList({ lesions, selected, said, onSelect }: LesionListProps): JSX.Element {
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest' }), [selected]);
  return (
    <ol class="lesions">
      {lesions.map((lesion) => (
        <li key={lesion.rank} ref={lesionKey(lesion.rank) === selected ? current : null}>
          <button
            type="button"
            class="lesion"
            aria-pressed={lesionKey(lesion.rank) === selected}
            onClick={() => onSelect(lesionKey(lesion.rank))}
          >
            <span class="visually-hidden">{`${phrases.findings.lesion(lesion.rank)}, `}</span>
            <span class="lesion-rank" aria-hidden="true">
              {lesion.rank}
            </span>
            <span class="lesion-probability">{formatProbability(lesion.probability)}</span>
            <span class="lesion-size">
              {phrases.findings.diameter(lesion.diameterUm, lesion.diameterUncertaintyUm)}
              <span class="lesion-class">{phrases.findings.sizeClass(lesion.sizeClass)}</span>
            </span>
            <VerdictSign decision={said.decisions.get(lesionKey(lesion.rank))} />
          </button>
        </li>
      ))}
    </ol>
  );
}
