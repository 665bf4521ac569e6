import type { AnalysisResult } from '@gigascope/contracts';
import { formatProbability } from '../format.ts';
import { phrases } from '../i18n/phrases.ts';
import { reviews } from '../i18n/review-phrases.ts';
import type { Mark } from '../viewer/marks.ts';
import type { Drawing } from '../viewer/sketch.ts';
import { lesionKey } from '../viewer/target.ts';
import { addedIn, cornersOf } from './added.ts';
import type { Said } from './draft.ts';

/** Rings on the slide: the lesions, where they were moved to, and what the reader added. */
export function reviewMarks(result: AnalysisResult | null, said: Said): readonly Mark[] {
  const lesions = (result?.lesions ?? []).map(({ rank, xL0, yL0, probability, diameterUm }): Mark => {
    const key = lesionKey(rank);
    const decision = said.decisions.get(key);
    const place = decision?.verdict === 'moved' ? decision.to : { xL0, yL0 };
    const name = phrases.findings.lesionButton(rank, probability, diameterUm);
    return {
      ...{ key, label: String(rank), ...place, state: decision?.verdict ?? 'undecided' },
      title: [
        `${phrases.findings.lesion(rank)}: ${formatProbability(probability)}`,
        decision && reviews.verdict(decision),
      ]
        .filter(Boolean)
        .join(', '),
      name: decision ? `${name} ${reviews.verdict(decision)}.` : name,
    };
  });
  const added = addedIn(said).map(({ key, number, place }): Mark => {
    const title = reviews.added(number);
    return { key, label: `+${number}`, title, name: title, ...place, state: 'added' };
  });
  return [...lesions, ...added];
}

/** What of a review is drawn as lines: outlines, and from where to where lesions were moved. */
export function reviewDrawings(result: AnalysisResult | null, said: Said, chosen: string | null): readonly Drawing[] {
  const moved = (result?.lesions ?? []).flatMap(({ rank, xL0, yL0 }): readonly Drawing[] => {
    const decision = said.decisions.get(lesionKey(rank));
    return decision?.verdict === 'moved' ? [{ kind: 'moved', from: { xL0, yL0 }, to: decision.to }] : [];
  });
  const rings = addedIn(said).flatMap(({ key, shape }): readonly Drawing[] =>
    shape.kind === 'polygon' ? [{ kind: 'ring', places: cornersOf(shape.ringL0), chosen: key === chosen }] : [],
  );
  return [...moved, ...rings];
}
