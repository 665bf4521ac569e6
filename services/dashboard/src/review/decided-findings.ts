import type { Decided } from '../viewer/decided.ts';
import { NONE_DECIDED } from '../viewer/decided.ts';
import type { FindingKind } from '../viewer/finding.ts';
import type { Said } from './draft.ts';

const KEY: Readonly<Record<FindingKind, RegExp>> = { detections: /^detection-(\d+)$/, segments: /^segment-(\d+)$/ };

/** What was said of the findings that the canvas draws, by rank. */
export function decidedFindings(kind: FindingKind | null, { decisions }: Said): Decided {
  if (kind === null || decisions.size === 0) return NONE_DECIDED;
  return new Map(
    [...decisions].flatMap(([key, decision]) => {
      const rank = KEY[kind].exec(key)?.[1];
      return rank === undefined ? [] : [[Number(rank), decision] as const];
    }),
  );
}
