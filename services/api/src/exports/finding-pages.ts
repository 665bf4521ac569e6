import type { Detection, Segment } from '@gigascope/contracts';
import type { Page, Store } from '@gigascope/store';

/** As many outlines as a few megabytes hold. */
const PAGE = 2000;

/** All boxes or outlines of an analysis by rank. A page is read only when the one before was taken. */
export async function* findingPages<K extends 'detections' | 'segments'>(
  store: Store,
  kind: K,
  tenantId: string,
  analysisId: string,
): AsyncGenerator<readonly (K extends 'detections' ? Detection : Segment)[], void, undefined> {
  type Row = K extends 'detections' ? Detection : Segment;
  let cursor: string | undefined;
  do {
    const page = await store.findings[kind](tenantId, analysisId, { limit: PAGE, cursor });
    // An analysis that is deleted meanwhile has no more pages.
    if (page === null) return;
    const { rows, nextCursor } = page as Page<Row>;
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
): AsyncGenerator<K extends 'detections' ? Detection : Segment, void, undefined> {
  for await (const rows of findingPages(store, kind, tenantId, analysisId)) yield* rows;
}
