import type { Slide } from '@gigascope/contracts/http';
import type { ListedSlide } from '@gigascope/store';
import { presentFailure } from './failure.ts';

/** Without the free-text properties; with the spacing that was stated for the slide in place of the file's. */
export function presentSlide(row: ListedSlide): Slide {
  return {
    id: row.id,
    name: row.name,
    otherNames: [...row.otherNames],
    state: row.state,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    metadata: presentMetadata(row),
    error: presentFailure(row.errorCode, row.errorDetail),
    fileCount: row.fileCount,
    quality: row.quality?.state === 'measured' ? row.quality.shares : null,
    caseRef: row.caseRef,
    patientRef: row.patientRef,
    blockRef: row.blockRef,
    legalHold: row.legalHold,
    ...(row.score === undefined ? {} : { score: row.score }),
    createdAt: row.createdAt.toISOString(),
  };
}

function presentMetadata({ metadata, mppX, mppY }: ListedSlide): Slide['metadata'] {
  if (metadata === null) return null;
  const { properties: _, ...rest } = metadata;
  return mppX === null || mppY === null ? rest : { ...rest, mpp: { x: mppX, y: mppY, source: 'override' } };
}
