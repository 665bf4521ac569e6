import type { Analysis } from '@gigascope/client';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { useBatchAnalyses, useRunAgain } from '../server/batch-queries.ts';
import { useThresholds } from '../server/thresholds.ts';
import { Gap } from '../ui/gap.tsx';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { BatchLine } from './batch-line.tsx';

const LINE_PX = 48;
const HEAD_PX = 34;
/** Further ones are fetched when so few are left below those in sight. */
const AHEAD = 30;

interface BatchAnalysesProps {
  readonly id: string;
  readonly state: Analysis['state'] | null;
  readonly mayWrite: boolean;
}

/** The analyses of a batch with scores, progress and reasons; failed ones can be run again. */
export function BatchAnalyses({ id, state, mayWrite }: BatchAnalysesProps): JSX.Element {
  const analyses = useBatchAnalyses(id, state);
  const again = useRunAgain();
  const thresholdOf = useThresholds();
  const scroller = useRef<HTMLElement>(null);
  const items = analyses.data ?? [];
  const rows = useVirtualRows({ count: items.length, scroller, rowPx: LINE_PX, headPx: HEAD_PX });
  const { hasNextPage, isFetching, fetchNextPage } = analyses;
  const nearEnd = rows.to + AHEAD >= items.length;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetching) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetching, fetchNextPage]);
  const failed = items.filter((item) => item.state === 'failed').map((item) => item.id);

  return (
    <>
      {mayWrite && failed.length > 0 && (
        <p>
          <button type="button" class="button" disabled={again.isPending} onClick={() => again.mutate(failed)}>
            {lists.batches.runAllAgain(failed.length)}
          </button>
        </p>
      )}
      {again.data !== undefined && <p role="status">{lists.batches.again(again.data)}</p>}
      {again.error && <ErrorNote error={again.error} />}
      {analyses.isError && <ErrorNote error={analyses.error} onRetry={() => void analyses.refetch()} />}
      {analyses.isPending && <Note>{t('common.loading')}</Note>}
      {analyses.data?.length === 0 && <Note>{t('batches.nothing')}</Note>}
      <section
        class="table-scroller"
        ref={scroller}
        aria-label={t('batches.results')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        hidden={items.length === 0}
      >
        <table class="lines is-batch" aria-rowcount={items.length + 1}>
          <thead>
            <tr>
              <th scope="col">{t('batches.slide')}</th>
              <th scope="col">{t('worklist.columns.score')}</th>
              <th scope="col">{t('worklist.columns.state')}</th>
              <th scope="col">{t('worklist.columns.queue')}</th>
              <th scope="col">
                <span class="visually-hidden">{t('batches.runAgain')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <Gap px={rows.beforePx} />
            {items.slice(rows.from, rows.to).map((analysis) => (
              <BatchLine
                key={analysis.id}
                analysis={analysis}
                thresholdOf={thresholdOf}
                onRunAgain={mayWrite ? () => again.mutate([analysis.id]) : undefined}
              />
            ))}
            <Gap px={rows.afterPx} />
          </tbody>
        </table>
      </section>
    </>
  );
}
