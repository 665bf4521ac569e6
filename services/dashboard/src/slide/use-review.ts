import type { AnalysisResult } from '@gigascope/contracts';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { useDetectionList } from '../server/finding-queries.ts';
import { classColours } from '../viewer/class-colours.ts';
import type { FindingStyle } from '../viewer/draw-findings.ts';
import type { Finding, FindingSource } from '../viewer/finding.ts';
import { clickedTarget, findingTarget, lesionTarget, type Target } from '../viewer/target.ts';
import { TASK_VIEWS } from '../viewer/task-view.ts';

/** What a person does with the findings of one analysis: choosing one, going through them, hiding classes. */
export interface Review {
  /** Findings that are fetched by view; null where the task has none. */
  readonly source: FindingSource | null;
  readonly style: FindingStyle;
  readonly target: Target | null;
  /** Boxes by rank; of one class or of all. */
  readonly list: ReturnType<typeof useDetectionList>;
  readonly listedClass: string | null;
  readonly listClass: (name: string | null) => void;
  readonly selectLesion: (rank: number) => void;
  readonly select: (finding: Finding) => void;
  readonly pick: (finding: Finding | null) => void;
  readonly step: (by: 1 | -1) => void;
  readonly toggleClass: (name: string) => void;
}

const NONE: ReadonlySet<string> = new Set();

export function useReview(analysisId: string | null, result: AnalysisResult | null): Review {
  const [target, setTarget] = useState<Target | null>(null);
  const [hidden, setHidden] = useState(NONE);
  const [listedClass, listClass] = useState<string | null>(null);
  const view = result && TASK_VIEWS[result.task];
  const kind = view?.findings ?? null;
  const list = useDetectionList(view?.steps === 'objects' ? analysisId : null, listedClass);

  useEffect(() => {
    setTarget(null);
    setHidden(NONE);
    listClass(null);
  }, [analysisId]);

  const source = useMemo(() => {
    if (!result || kind === null || analysisId === null) return null;
    return { kind, analysisId, total: result.counts.reduce((sum, { count }) => sum + count, 0) };
  }, [result, kind, analysisId]);
  const colours = useMemo(() => classColours(result?.counts.map((count) => count.class) ?? []), [result]);
  const style = useMemo(() => ({ colours, hidden }), [colours, hidden]);

  const mppX = result?.slide.mpp.x ?? 1;
  const selectLesion = (rank: number): void => {
    const lesion = result?.lesions.find((each) => each.rank === rank);
    if (lesion) setTarget(lesionTarget(lesion, mppX));
  };
  const select = (finding: Finding): void => setTarget(findingTarget(finding, mppX));
  const pick = useCallback((finding: Finding | null) => setTarget(finding && clickedTarget(finding)), []);
  const step = (by: 1 | -1): void => {
    if (view?.steps === 'lesions') {
      const count = result?.lesions.length ?? 0;
      const from = target?.rank ?? (by > 0 ? 0 : count + 1);
      selectLesion(Math.min(count, Math.max(1, from + by)));
      return;
    }
    const boxes = list.data ?? [];
    // From the first where the chosen one is not listed: it may have been clicked on.
    const at = boxes.findIndex(({ rank }) => rank === target?.rank);
    const next = boxes[at === -1 ? 0 : Math.max(0, at + by)];
    if (next) select(next);
    if (at + by >= boxes.length - 1 && list.hasNextPage) void list.fetchNextPage();
  };
  const toggleClass = (name: string): void => setHidden((before) => before.symmetricDifference(new Set([name])));
  return {
    ...{ source, style, target, list, listedClass, listClass },
    ...{ selectLesion, select, pick, step, toggleClass },
  };
}
