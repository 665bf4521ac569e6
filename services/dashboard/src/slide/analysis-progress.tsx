import type { Analysis } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { ProgressBar } from '../ui/notes.tsx';
import { shareDone } from './analysis-order.ts';

/** Stage, bar and figures of an analysis under way. Always as many lines, so that nothing below it moves. */
export function AnalysisProgressView({ analysis }: { readonly analysis: Analysis }): JSX.Element {
  const { progress } = analysis;
  const figures = [
    progress.blocksTotal > 0 ? phrases.analysis.blocks(progress.blocksDone, progress.blocksTotal) : null,
    progress.queuePosition === null ? null : phrases.analysis.position(progress.queuePosition),
  ];
  const speed = [
    progress.patchesPerSecond === null ? null : phrases.analysis.rate(progress.patchesPerSecond),
    progress.etaSeconds === null ? null : phrases.analysis.left(progress.etaSeconds),
  ];
  return (
    <div class="running">
      <p role="status">{phrases.analysis.stage(progress.stage)}</p>
      <ProgressBar share={shareDone(analysis)} label={t('analysis.progress')} />
      <p class="figures">{joined(figures)}</p>
      <p class="figures">{joined(speed)}</p>
    </div>
  );
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ') || '\u00a0';
}
