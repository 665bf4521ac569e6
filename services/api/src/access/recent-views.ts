import type { AuditRecord } from '@gigascope/store';

const SAME_VIEW_MS = 60_000;
const MAX_REMEMBERED = 50_000;

/** Who saw what within the last minute; forgets the oldest beyond 50,000. */
export class RecentViews {
  readonly #at = new Map<string, number>();

  hasSeen(entry: AuditRecord): boolean {
    const at = this.#at.get(keyOf(entry));
    return at !== undefined && Date.now() - at < SAME_VIEW_MS;
  }

  remember(entry: AuditRecord): void {
    const key = keyOf(entry);
    this.#at.delete(key);
    this.#at.set(key, Date.now());
    const [oldest] = this.#at.keys();
    if (this.#at.size > MAX_REMEMBERED && oldest !== undefined) this.#at.delete(oldest);
  }
}

function keyOf({ actorId, action, objectId }: AuditRecord): string {
  return `${actorId} ${action} ${objectId}`;
}
