import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { formatProbability } from '../format.ts';
import { text } from '../text.ts';

/** The largest probability on the slide, and on which side of the threshold it is. */
export function SlideScore({ result }: { readonly result: AnalysisResult }): JSX.Element {
  const { score, threshold, positive } = result;
  if (score === null) return <p class="verdict">{text.findings.noTissue}</p>;
  return (
    <div class={`score ${positive ? 'is-positive' : ''}`}>
      <span class="score-label">{text.findings.score}</span>
      <span class="score-value">{formatProbability(score)}</span>
      <span class="verdict">{positive ? text.findings.positive(threshold) : text.findings.negative(threshold)}</span>
    </div>
  );
}
