import type { Slide } from '@gigascope/contracts/http';
import type { SlideRow } from '@gigascope/store';
import { presentFailure } from './failure.ts';

export function presentSlide(row: SlideRow): Slide {
  const { properties: _, ...metadata } = row.metadata ?? { properties: {} };
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    metadata: row.metadata === null ? null : (metadata as NonNullable<Slide['metadata']>),
    error: presentFailure(row.errorCode, row.errorDetail),
    createdAt: row.createdAt.toISOString(),
  };
}
