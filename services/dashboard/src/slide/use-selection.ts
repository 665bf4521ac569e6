import type { AnalysisResult } from '@gigascope/contracts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AddedFinding } from '../review/added.ts';
import { useDetectionList } from '../server/finding-queries.ts';
import { classColours } from '../viewer/class-colours.ts';
import type { FindingStyle } from '../viewer/draw-findings.ts';
import type { Finding, FindingSource } from '../viewer/finding.ts';
import {
  clickedTarget,
  findingKey,
  findingTarget,
  lesionKey,
  lesionTarget,
  placeTarget,
  type Target,
} from '../viewer/target.ts';
import { TASK_VIEWS } from '../viewer/task-view.ts';

/** Which of the findings of one analysis is looked at: choosing one, going through them, hiding classes. */
export interface Selection {
  /** Findings that are fetched by view; null where the task has none. */
  readonly source: FindingSource | null;
  readonly style: FindingStyle;
  readonly target: Target | null;
  /** Boxes by rank; of one class or of all. */
  readonly list: ReturnType<typeof useDetectionList>;
  readonly listedClass: string | null;
  readonly listClass: (name: string | null) => void;
  readonly select: (finding: Finding) => void;
  /** A lesion, a listed box, or what the reader added, by its key. */
  readonly selectKey: (key: string) => void;
  readonly pick: (finding: Finding | null) => void;
  /** Goes on; with `wanted` to the next that it holds for, and nowhere when there is none. */
  readonly step: (by: 1 | -1, wanted?: (key: string) => boolean) => void;
  readonly toggleClass: (name: string) => void;
}

const NONE: ReadonlySet<string> = new Set();

export function useSelection(
  analysisId: string | null,
  result: AnalysisResult | null,
  added: readonly AddedFinding[],
): Selection {
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
  const select = (finding: Finding): void => setTarget(findingTarget(finding, mppX));
  const pick = (finding: Finding | null): void => {
    // A click beside everything keeps a lesion chosen, which is no part of the canvas.
    if (finding || target?.finding) setTarget(finding && clickedTarget(finding));
  };
  const keys = [
    ...(view?.steps === 'lesions' ? (result?.lesions ?? []).map(({ rank }) => lesionKey(rank)) : []),
    ...(view?.steps === 'objects' ? (list.data ?? []).map(findingKey) : []),
    ...added.map(({ key }) => key),
  ];
  const selectKey = (key: string): void => {
    const lesion = result?.lesions.find(({ rank }) => lesionKey(rank) === key);
    const own = added.find((one) => one.key === key);
    const finding = list.data?.find((one) => findingKey(one) === key);
    if (lesion) setTarget(lesionTarget(lesion, mppX));
    else if (own) setTarget(placeTarget(key, own.place, mppX));
    else if (finding) select(finding);
  };
  const step = (by: 1 | -1, wanted: (key: string) => boolean = () => true): void => {
    const at = keys.indexOf(target?.key ?? '');
    const ahead = by > 0 ? keys.slice(at + 1) : at === -1 ? [] : keys.slice(0, at).reverse();
    const next = ahead.find(wanted);
    if (next !== undefined) selectKey(next);
    if (by > 0 && ahead.length <= 2 && list.hasNextPage) void list.fetchNextPage();
  };
  const toggleClass = (name: string): void => setHidden((before) => before.symmetricDifference(new Set([name])));
  return { source, style, target, list, listedClass, listClass, select, selectKey, pick, step, toggleClass };
}
