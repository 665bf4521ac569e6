import type { AuditRecord } from '@gigascope/store';
import { LRUCache } from 'lru-cache';

const SAME_VIEW_MS = 60_000;
const MAX_REMEMBERED = 50_000;

/** Who saw what within the last minute; forgets those seen longest ago beyond 50,000. */
export class RecentViews {
  readonly #seen = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: SAME_VIEW_MS });
  readonly #underWay = new Map<string, Promise<void>>();

  /** Resolves when the view is recorded: by `record`, or within the last minute, or by a call that is under way. */
  async once(entry: AuditRecord, record: () => Promise<void>): Promise<void> {
    const key = `${entry.actorId} ${entry.action} ${entry.objectId}`;
    if (this.#seen.has(key)) return;
    const recording = this.#underWay.get(key) ?? record().then(() => void this.#seen.set(key, true));
    this.#underWay.set(key, recording);
    try {
      await recording;
    } finally {
      if (this.#underWay.get(key) === recording) this.#underWay.delete(key);
    }
  }
}
