import type { AuditRecord } from '@gigascope/store';
import { LRUCache } from 'lru-cache';

const SAME_VIEW_MS = 60_000;
const MAX_REMEMBERED = 50_000;

/** Who saw what within the last minute; forgets those seen longest ago beyond 50,000. */
export class RecentViews {
  readonly #seen = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: SAME_VIEW_MS });

  hasSeen(entry: AuditRecord): boolean {
    return this.#seen.has(keyOf(entry));
  }

  remember(entry: AuditRecord): void {
    this.#seen.set(keyOf(entry), true);
  }
}

function keyOf({ actorId, action, objectId }: AuditRecord): string {
  return `${actorId} ${action} ${objectId}`;
}
