import type { ProbabilityMap } from './heatmap.ts';

/** The slide's score: its largest heatmap value (Liu et al. 2017); null when no cell holds tissue. */
export function slideScore({ values }: ProbabilityMap): number | null {
  let largest = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell] as number;
    if (value > largest) largest = value;
  }
  return largest === Number.NEGATIVE_INFINITY ? null : largest;
}
