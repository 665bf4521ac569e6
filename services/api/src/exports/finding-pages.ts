import type { Detection, Segment } from '@gigascope/contracts';
import type { FindingsRequest, Page, Store } from '@gigascope/store';

/** As many outlines as a few megabytes hold. */
const PAGE = 2000;

type Finding<K extends 'detections' | 'segments'> = K extends 'detections' ? Detection : Segment;

/** Boxes or outlines of an analysis by rank, all or those that touch an area. A page is read only when the one before was taken. */
export async function* findingPages<K extends 'detections' | 'segments'>(
  store: Store,
  kind: K,
  tenantId: string,
  analysisId: string,
  area?: FindingsRequest['area'],
): AsyncGenerator<readonly Finding<K>[], void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await store.findings[kind](tenantId, analysisId, { limit: PAGE, cursor, area });
    // An analysis that is deleted meanwhile has no more pages.
    if (page === null) return;
    const { rows, nextCursor } = page as Page<Finding<K>>;
    yield rows;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** The same, one by one. */
export async function* findingsOf<K extends 'detections' | 'segments'>(
  store: Store,
  kind: K,
  tenantId: string,
  analysisId: string,
): AsyncGenerator<Finding<K>, void, undefined> {
  for await (const rows of findingPages(store, kind, tenantId, analysisId)) yield* rows;
}
