import type { Slide } from '@gigascope/contracts/http';
import { useQueryClient } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { addedIn } from '../review/added.ts';
import { decidedFindings } from '../review/decided-findings.ts';
import { NOTHING_SAID } from '../review/draft.ts';
import { reviewDrawings, reviewMarks } from '../review/review-marks.ts';
import { ReviewPanel } from '../review/review-panel.tsx';
import { useReviewSession } from '../review/use-review-session.ts';
import { useReviewing } from '../review/use-reviewing.ts';
import { followAnalysis } from '../server/analysis-events.ts';
import { useAnalyses, useDeepZoom, useResult } from '../server/queries.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import type { Finding } from '../viewer/finding.ts';
import { SlideViewer } from '../viewer/slide-viewer.tsx';
import { lesionKey } from '../viewer/target.ts';
import { TASK_VIEWS } from '../viewer/task-view.ts';
import { isOver } from './analysis-order.ts';
import { AnalysisSection } from './analysis-section.tsx';
import { Findings } from './findings.tsx';
import { SlideFacts } from './slide-facts.tsx';
import { useHeatSource } from './use-heat-source.ts';
import { useSelection } from './use-selection.ts';

const NONE_LISTED: readonly Finding[] = [];

/** A slide that can be viewed, with the analysis that is shown on it and the review of it. */
export function ReadySlide({ slide }: { readonly slide: Slide }): JSX.Element {
  const client = useQueryClient();
  const permissions = useSession().data?.permissions ?? [];
  const mayWrite = permissions.includes('reviews:write');
  const deepZoom = useDeepZoom(slide.id);
  const analyses = useAnalyses(slide.id);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [comparedId, setComparedId] = useState<string | null>(null);

  const succeeded = analyses.data?.filter(({ state }) => state === 'succeeded') ?? [];
  const shown = succeeded.find(({ id }) => id === chosenId) ?? succeeded[0] ?? null;
  const active = analyses.data?.find(({ state }) => !isOver(state)) ?? null;
  const analysisId = shown?.id ?? null;
  const result = useResult(analysisId);
  const heat = useHeatSource(analysisId, result.data ?? null);
  const comparedResult = useResult(comparedId);
  const compared = useHeatSource(comparedId, comparedResult.data ?? null);
  const heatSources = useMemo(() => [heat.source, compared.source] as const, [heat.source, compared.source]);

  const own = useReviewSession(slide.id, analysisId, mayWrite);
  const said = own.state?.said ?? NOTHING_SAID;
  const added = useMemo(() => addedIn(said), [said]);
  const selection = useSelection(analysisId, result.data ?? null, added);
  const reviewing = useReviewing(own, selection, mayWrite && result.data !== undefined);
  const chosenKey = selection.target?.key ?? null;
  const marks = useMemo(() => reviewMarks(result.data ?? null, said), [result.data, said]);
  const drawings = useMemo(() => reviewDrawings(result.data ?? null, said, chosenKey), [result.data, said, chosenKey]);
  const kind = selection.source?.kind ?? null;
  const decided = useMemo(() => decidedFindings(kind, said), [kind, said]);
  const isWalked = result.data !== undefined && TASK_VIEWS[result.data.task].steps === 'lesions';
  const keys = isWalked ? result.data.lesions.map(({ rank }) => lesionKey(rank)) : null;

  useEffect(() => (active ? followAnalysis(client, active) : undefined), [client, active?.id]);

  return (
    <>
      {deepZoom.data ? (
        <SlideViewer
          name={slide.name}
          descriptor={deepZoom.data}
          mpp={result.data?.slide.mpp ?? slide.metadata?.mpp ?? null}
          analysisId={analysisId}
          result={result.data ?? null}
          heatSources={heatSources}
          source={selection.source}
          style={selection.style}
          decided={decided}
          listed={selection.list.data ?? NONE_LISTED}
          marks={marks}
          drawings={drawings}
          target={selection.target}
          tool={reviewing.tool}
          onTool={reviewing.setTool}
          onSelect={selection.selectKey}
          onPick={selection.pick}
          onPlace={reviewing.place}
          onRing={reviewing.outline}
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
          comparedId={comparedId}
          onCompare={setComparedId}
        />
        {shown && (
          <>
            {result.isPending && <Note>{t('common.loading')}</Note>}
            {result.isError && (
              <ErrorNote lead={t('errors.result')} error={result.error} onRetry={() => void result.refetch()} />
            )}
            {heat.error && <ErrorNote lead={t('errors.map')} error={heat.error} onRetry={heat.retry} />}
            {compared.error && <ErrorNote lead={t('errors.map')} error={compared.error} onRetry={compared.retry} />}
            {result.data && permissions.includes('reviews:read') && (
              <ReviewPanel
                slideId={slide.id}
                analysisId={shown.id}
                own={own}
                reviewing={reviewing}
                selection={selection}
                keys={keys}
                mayWrite={mayWrite}
                mayAdjudicate={permissions.includes('reviews:adjudicate')}
              />
            )}
            {result.data && <Findings analysisId={shown.id} result={result.data} selection={selection} said={said} />}
          </>
        )}
      </aside>
    </>
  );
}
