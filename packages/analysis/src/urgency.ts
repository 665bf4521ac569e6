import type { Urgency } from '@gigascope/contracts';

/** Work that nobody waits for in particular. */
export const NO_HURRY: Urgency = { lane: Number.MAX_SAFE_INTEGER, dueMs: null };

/** Below 0 where `a` is served before `b`: lane by lane, in a lane the earliest deadline first (Liu and Layland 1973). */
export function compareUrgency(a: Urgency, b: Urgency): number {
  return a.lane - b.lane || compareDue(a.dueMs, b.dueMs);
}

function compareDue(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null ? -1 : a - b;
}
