import type { Upload } from '@gigascope/contracts/http';
import type { UploadRow } from '@gigascope/store';
import { presentFailure } from './failure.ts';

export function presentUpload(row: UploadRow): Upload {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    receivedBytes: row.receivedBytes,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    slideId: row.slideId,
    error: presentFailure(row.errorCode, row.errorDetail),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.state === 'receiving' ? (row.expiresAt?.toISOString() ?? null) : null,
  };
}
