import type { Detection, Segment } from '@gigascope/contracts';
import type { DetectionPage, FindingDensity, SegmentPage } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/paths';
import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/preact-query';
import type { Asked } from '../viewer/fetch-area.ts';
import { type Finding, type FindingSource, type FindingsInArea, ofDetection, ofSegment } from '../viewer/finding.ts';
import { getJson, type ServerError } from './http.ts';

/** The API's largest page. */
const PAGE = 2000;
/** More than so many are told as counts by area. */
const DRAWN_AT_MOST = 4000;
const LISTED_AT_ONCE = 50;
/** Seldom seen again, and heavy. */
const FORGET_MS = 20_000;

/** What lies in the area around a view. While it is fetched, what was there before stays. */
export function useFindingsIn(
  source: FindingSource | null,
  asked: Asked | null,
): UseQueryResult<FindingsInArea, ServerError> {
  // Few enough for one page: that is asked for once, and the view is of no account.
  const request = source !== null && source.total <= PAGE ? { area: null, cellL0: 0 } : asked;
  return useQuery<FindingsInArea, ServerError>({
    queryKey: ['findings', source?.analysisId, source?.kind, request],
    queryFn: ({ signal }) => findingsIn(source as FindingSource, request as Asked, signal),
    enabled: source !== null && request !== null,
    placeholderData: (data, query) => (query?.queryKey[1] === source?.analysisId ? data : undefined),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: FORGET_MS,
  });
}

/** Boxes by rank, the most probable first, of one class or of all. */
export function useDetectionList(
  analysisId: string | null,
  className: string | null,
): UseInfiniteQueryResult<readonly Finding[], ServerError> {
  return useInfiniteQuery<DetectionPage, ServerError, readonly Finding[], readonly (string | null)[], string | null>({
    queryKey: ['detection-list', analysisId, className],
    queryFn: ({ pageParam, signal }) => {
      const query = queryOf({ limit: LISTED_AT_ONCE, class: className, cursor: pageParam });
      return getJson<DetectionPage>(`${paths.detections(analysisId ?? '')}?${query}`, signal);
    },
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    select: ({ pages }: InfiniteData<DetectionPage>) => pages.flatMap(({ items }) => items.map(ofDetection)),
    enabled: analysisId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

async function findingsIn(
  { kind, analysisId, total }: FindingSource,
  { area, cellL0 }: Asked,
  signal: AbortSignal,
): Promise<FindingsInArea> {
  if (total > PAGE) {
    const address = `${paths.density(analysisId, kind)}?${queryOf({ cellL0, ...area })}`;
    const density = await getJson<FindingDensity>(address, signal);
    if (countIn(density) > DRAWN_AT_MOST) return { area, show: 'counts', density };
  }
  const findings: Finding[] = [];
  let cursor: string | null = null;
  do {
    const address: string = `${paths[kind](analysisId)}?${queryOf({ limit: PAGE, cursor, ...area })}`;
    const page: DetectionPage | SegmentPage = await getJson<DetectionPage | SegmentPage>(address, signal);
    for (const item of page.items) findings.push(isSegment(item) ? ofSegment(item) : ofDetection(item));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { area, show: 'each', findings };
}

function countIn({ classes }: FindingDensity): number {
  return classes.reduce((sum, { cells }) => cells.reduce((own, [, , count]) => own + count, sum), 0);
}

function isSegment(item: Detection | Segment): item is Segment {
  return 'rings' in item;
}

function queryOf(values: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
