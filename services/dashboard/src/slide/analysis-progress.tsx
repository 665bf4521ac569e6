import type { Analysis } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { text } from '../text.ts';
import { ProgressBar } from '../ui/notes.tsx';
import { shareDone } from './analysis-order.ts';

/** Stage, bar and figures of an analysis under way. Always as many lines, so that nothing below it moves. */
export function AnalysisProgressView({ analysis }: { readonly analysis: Analysis }): JSX.Element {
  const { progress } = analysis;
  const figures = [
    progress.blocksTotal > 0 ? text.analysis.blocks(progress.blocksDone, progress.blocksTotal) : null,
    progress.queuePosition === null ? null : text.analysis.position(progress.queuePosition),
  ];
  const speed = [
    progress.patchesPerSecond === null ? null : text.analysis.rate(progress.patchesPerSecond),
    progress.etaSeconds === null ? null : text.analysis.left(progress.etaSeconds),
  ];
  return (
    <div class="running">
      <p role="status">{text.analysis.stage(progress.stage)}</p>
      <ProgressBar share={shareDone(analysis)} label={text.analysis.progress} />
      <p class="figures">{joined(figures)}</p>
      <p class="figures">{joined(speed)}</p>
    </div>
  );
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ') || '\u00a0';
}
