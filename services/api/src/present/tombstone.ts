import type { Tombstone } from '@gigascope/contracts/http';
import type { TombstoneRow } from '@gigascope/store';

export function presentTombstone(row: TombstoneRow): Tombstone {
  const { id, sha256, sizeBytes, deletedAt, deletedBy, reason, goneAt } = row;
  return { id, sha256, sizeBytes, deletedAt: deletedAt.toISOString(), deletedBy, reason, gone: goneAt !== null };
}
