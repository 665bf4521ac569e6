import { GigascopeError, type SlideMetadata } from '@gigascope/contracts';
import type { SlideRow, Store } from '@gigascope/store';
import { found } from '../responses.ts';

export interface ReadySlide {
  readonly row: SlideRow;
  readonly metadata: SlideMetadata;
  readonly thumbnailKey: string;
}

/** @throws GigascopeError NOT_FOUND or SLIDE_NOT_READY. */
export async function readySlide(store: Store, tenantId: string, id: string): Promise<ReadySlide> {
  const row = found(await store.slides.get(tenantId, id), 'slide');
  const { state, metadata, thumbnailKey } = row;
  if (state !== 'ready' || metadata === null || thumbnailKey === null) throw new GigascopeError('SLIDE_NOT_READY');
  return { row, metadata, thumbnailKey };
}
