import type { AnalysisResult } from '@gigascope/contracts';
import { formatProbability } from './text/numbers.ts';

/** What the slide's score measures. */
export const SCORE_MEANINGS = {
  'highest-probability': 'Highest probability found on the slide',
  'banff-grade': 'Banff C4d grade',
  none: 'The model gives the slide no score',
} as const satisfies Record<AnalysisResult['scoreMeaning'], string>;

/** The slide's score as people read it. */
export function scoreText({ score, scoreMeaning }: Pick<AnalysisResult, 'score' | 'scoreMeaning'>): string {
  if (score === null) return 'none';
  return scoreMeaning === 'highest-probability' ? formatProbability(score) : String(score);
}

/** Whether the slide is called positive, in a word. */
export function verdictText(positive: boolean | null): string {
  if (positive === null) return 'not given';
  return positive ? 'positive' : 'negative';
}
