import type { AuditFilter, AuditRow, Store } from '@gigascope/store';

const PAGE = 1000;

/** All entries that a filter leaves, the oldest first. A page is read only when the one before was taken. */
export async function* auditPages(
  store: Store,
  tenantId: string | null,
  filter: AuditFilter,
): AsyncGenerator<readonly AuditRow[]> {
  let after = 0;
  for (;;) {
    const rows = await store.audit.list(tenantId, { ...filter, after, limit: PAGE });
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.seq ?? after;
  }
}
