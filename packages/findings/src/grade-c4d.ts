import { GigascopeError, type Grading } from '@gigascope/contracts';

/**
 * Grades C4d staining by the share r of peritubular capillaries that are positive (Banff, as Kim et al. 2019, Sci. Rep. 9:5123 use it):
 * r = 0 → 0; 0 < r < 0.10 → 1; 0.10 ≤ r ≤ 0.50 → 2; r > 0.50 → 3. Without any capillary there is no grade, and the reason is said.
 * The borders are compared in whole numbers, so that 1 of 10 is exactly 0.10. Throws ARGUMENT_INVALID for counts that are none.
 */
export function gradeC4d(positive: number, negative: number): Grading {
  if (![positive, negative].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    throw new GigascopeError('ARGUMENT_INVALID', `${positive} positive, ${negative} negative capillaries`);
  }
  const total = positive + negative;
  const counts = { scheme: 'banff-c4d', positive, negative } as const;
  if (total === 0) return { ...counts, ratio: null, grade: null, reason: 'No peritubular capillary was found.' };
  return { ...counts, ratio: positive / total, grade: gradeOf(positive, total), reason: null };
}

function gradeOf(positive: number, total: number): 0 | 1 | 2 | 3 {
  if (positive === 0) return 0;
  if (10 * positive < total) return 1;
  return 2 * positive <= total ? 2 : 3;
}
