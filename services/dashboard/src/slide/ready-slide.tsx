import type { Slide } from '@gigascope/contracts/http';
import { useQueryClient } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { followAnalysis } from '../server/analysis-events.ts';
import { useAnalyses, useDeepZoom, useHeatmap, useResult } from '../server/queries.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { SlideViewer } from '../viewer/slide-viewer.tsx';
import { TASK_VIEWS } from '../viewer/task-view.ts';
import { isOver } from './analysis-order.ts';
import { AnalysisSection } from './analysis-section.tsx';
import { Findings } from './findings.tsx';
import { SlideFacts } from './slide-facts.tsx';
import { useReview } from './use-review.ts';

/** A slide that can be viewed, with the analysis that is shown on it. */
export function ReadySlide({ slide }: { readonly slide: Slide }): JSX.Element {
  const client = useQueryClient();
  const deepZoom = useDeepZoom(slide.id);
  const analyses = useAnalyses(slide.id);
  const [chosenId, setChosenId] = useState<string | null>(null);

  const succeeded = analyses.data?.filter(({ state }) => state === 'succeeded') ?? [];
  const shown = succeeded.find(({ id }) => id === chosenId) ?? succeeded[0] ?? null;
  const active = analyses.data?.find(({ state }) => !isOver(state)) ?? null;
  const result = useResult(shown?.id ?? null);
  const hasMap = result.data !== undefined && TASK_VIEWS[result.data.task].heatmap !== null;
  const heatmap = useHeatmap(hasMap ? (shown?.id ?? null) : null);
  const review = useReview(shown?.id ?? null, result.data ?? null);

  useEffect(() => (active ? followAnalysis(client, active) : undefined), [client, active?.id]);

  return (
    <>
      {deepZoom.data ? (
        <SlideViewer
          name={slide.name}
          descriptor={deepZoom.data}
          mppX={result.data?.slide.mpp.x ?? slide.metadata?.mpp?.x ?? null}
          result={result.data ?? null}
          heatmap={heatmap.data ?? null}
          source={review.source}
          style={review.style}
          target={review.target}
          onSelect={review.selectLesion}
          onPick={review.pick}
          onStep={review.step}
        />
      ) : (
        <div class="viewer">
          <div class="toolbar" />
          <div class="blank">
            {deepZoom.isError ? (
              <ErrorNote lead={t('errors.viewer')} error={deepZoom.error} onRetry={() => void deepZoom.refetch()} />
            ) : (
              t('common.loading')
            )}
          </div>
        </div>
      )}
      <aside class="panel">
        <SlideFacts slide={slide} />
        <AnalysisSection
          slide={slide}
          analyses={analyses.data ?? null}
          error={analyses.error}
          shown={shown}
          onShow={setChosenId}
        />
        {shown && (
          <>
            {result.isPending && <Note>{t('common.loading')}</Note>}
            {result.isError && (
              <ErrorNote lead={t('errors.result')} error={result.error} onRetry={() => void result.refetch()} />
            )}
            {heatmap.isError && (
              <ErrorNote lead={t('errors.map')} error={heatmap.error} onRetry={() => void heatmap.refetch()} />
            )}
            {result.data && <Findings analysisId={shown.id} result={result.data} review={review} />}
          </>
        )}
      </aside>
    </>
  );
}
