import type { Slide } from '@gigascope/contracts/http';
import { useQueryClient } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { followAnalysis } from '../server/analysis-events.ts';
import { useAnalyses, useDeepZoom, useHeatmap, useResult, useSlide, useSlides } from '../server/queries.ts';
import { text } from '../text.ts';
import { ErrorNote, FailureNote, Note } from '../ui/notes.tsx';
import { SlideViewer } from '../viewer/slide-viewer.tsx';
import { isOver } from './analysis-order.ts';
import { AnalysisSection } from './analysis-section.tsx';
import { Findings } from './findings.tsx';
import { SlideFacts } from './slide-facts.tsx';

/** One slide: the viewer, and beside it what is known and what can be done. */
export function SlidePage({ slideId }: { readonly slideId: string }): JSX.Element {
  const listed = useSlides().data?.find(({ id }) => id === slideId);
  const fetched = useSlide(slideId, listed === undefined);
  const slide = listed ?? fetched.data;
  if (!slide) {
    return (
      <div class="blank">
        {fetched.isError ? <ErrorNote error={fetched.error} onRetry={() => void fetched.refetch()} /> : text.loading}
      </div>
    );
  }
  if (slide.state === 'ready') return <ReadySlide slide={slide} />;
  return (
    <div class="blank">
      {slide.error ? (
        <FailureNote lead={text.slide.rejected} failure={slide.error} />
      ) : (
        <Note>{text.slide.pending}</Note>
      )}
    </div>
  );
}

function ReadySlide({ slide }: { readonly slide: Slide }): JSX.Element {
  const client = useQueryClient();
  const deepZoom = useDeepZoom(slide.id);
  const analyses = useAnalyses(slide.id);
  const [chosenId, setChosenId] = useState<string | null>(null);
  // A new object each time, so that choosing a lesion again flies to it again.
  const [target, setTarget] = useState<{ readonly rank: number } | null>(null);

  const succeeded = analyses.data?.filter(({ state }) => state === 'succeeded') ?? [];
  const shown = succeeded.find(({ id }) => id === chosenId) ?? succeeded[0] ?? null;
  const active = analyses.data?.find(({ state }) => !isOver(state)) ?? null;
  const result = useResult(shown?.id ?? null);
  const heatmap = useHeatmap(shown?.id ?? null);

  useEffect(() => (active ? followAnalysis(client, active) : undefined), [client, active?.id]);
  useEffect(() => setTarget(null), [shown?.id]);

  const select = (rank: number): void => setTarget({ rank });
  return (
    <>
      {deepZoom.data ? (
        <SlideViewer
          name={slide.name}
          descriptor={deepZoom.data}
          mppX={result.data?.slide.mpp.x ?? slide.metadata?.mpp?.x ?? null}
          result={result.data ?? null}
          heatmap={heatmap.data ?? null}
          target={target}
          onSelect={select}
        />
      ) : (
        <div class="viewer">
          <div class="toolbar" />
          <div class="blank">
            {deepZoom.isError ? (
              <ErrorNote lead={text.errors.viewer} error={deepZoom.error} onRetry={() => void deepZoom.refetch()} />
            ) : (
              text.loading
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
            {result.isPending && <Note>{text.loading}</Note>}
            {result.isError && (
              <ErrorNote lead={text.errors.result} error={result.error} onRetry={() => void result.refetch()} />
            )}
            {heatmap.isError && (
              <ErrorNote lead={text.errors.map} error={heatmap.error} onRetry={() => void heatmap.refetch()} />
            )}
            {result.data && (
              <Findings analysisId={shown.id} result={result.data} selected={target?.rank ?? null} onSelect={select} />
            )}
          </>
        )}
      </aside>
    </>
  );
}
