import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { WebhookAttempt, WebhookCall, WebhookDeliveryRow } from '../webhook-rows.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';
import { type ClaimedDelivery, type DeliveryVerdict, settleDelivery } from './settle-delivery.ts';

/** Wakes the loop that sends. */
export const WEBHOOKS_CHANNEL = 'gigascope_webhooks';

export interface DeliveryListRequest extends PageRequest {
  readonly state?: WebhookDeliveryRow['state'] | undefined;
}

const COLUMNS = [
  'id',
  'tenantId',
  'webhookId',
  'event',
  'data',
  'state',
  'createdAt',
  'dueAt',
  'endedAt',
  'attempts',
] as const;

/** The calls to webhooks: entered by triggers of migrations/0010, made by the leader's loop, kept for 30 days. */
export class WebhookDeliveries {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Newest first. */
  list(tenantId: string, webhookId: string, request: DeliveryListRequest): Promise<Page<WebhookDeliveryRow>> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const own = tx.selectFrom('webhookDeliveries').select(COLUMNS).where('tenantId', '=', tenantId);
      let query = own.where('webhookId', '=', webhookId);
      if (request.state !== undefined) query = query.where('state', '=', request.state);
      if (request.cursor !== undefined) query = query.where('id', '<', request.cursor);
      return pageOf(
        await query
          .orderBy('id', 'desc')
          .limit(request.limit + 1)
          .execute(),
        request.limit,
      );
    });
  }

  /** Sends a call once more, under the same id and from now on. null: no such call; CONFLICT: the webhook is disabled. */
  redeliver(tenantId: string, webhookId: string, id: string): Promise<WebhookDeliveryRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ disabled: boolean }>`
        SELECT disabled_at IS NOT NULL AS disabled FROM webhooks WHERE tenant_id = ${tenantId} AND id = ${webhookId}
        FOR SHARE`.execute(tx);
      if (rows[0]?.disabled === true) throw new GigascopeError('CONFLICT', 'the webhook is disabled');
      const query = tx
        .updateTable('webhookDeliveries')
        .set({ state: 'pending', dueAt: sql`clock_timestamp()`, failures: 0, firstFailedAt: null, endedAt: null })
        .where('tenantId', '=', tenantId)
        .where('webhookId', '=', webhookId)
        .where('id', '=', id)
        .returning(COLUMNS);
      const row = await query.executeTakeFirst();
      await sql`SELECT pg_notify(${WEBHOOKS_CHANNEL}, '')`.execute(tx);
      return row ?? null;
    });
  }

  /** Takes calls that are due, of all laboratories, webhooks in turns; nobody else gets them before the lease is over. */
  claim(atMost: number, perWebhook: number, leaseMs: number): Promise<readonly ClaimedDelivery[]> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<ClaimedDelivery>`
        SELECT tenant_id, id, attempt
        FROM claim_webhook_deliveries(${atMost}, ${perWebhook}, make_interval(secs => ${leaseMs / 1000}))`.execute(tx);
      return rows;
    });
  }

  /** null when it is no longer to be sent. */
  call({ tenantId, id, attempt }: ClaimedDelivery): Promise<WebhookCall | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<WebhookCall>`
        SELECT d.id, d.event, d.data, d.created_at, d.failures, w.url,
          CASE WHEN previous_until > clock_timestamp() THEN ARRAY[secret, previous_secret] ELSE ARRAY[secret] END
            AS secrets
        FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
        WHERE d.tenant_id = ${tenantId} AND d.id = ${id} AND d.attempt = ${attempt} AND d.state = 'pending'
          AND w.disabled_at IS NULL`.execute(tx);
      return rows[0] ?? null;
    });
  }

  /** false, and nothing written, when somebody else took the call over meanwhile. */
  settle(claimed: ClaimedDelivery, entry: WebhookAttempt, verdict: DeliveryVerdict): Promise<boolean> {
    return this.#connection.inTenant(claimed.tenantId, (tx) => settleDelivery(tx, claimed, entry, verdict));
  }

  /** Gives a call back unsent, for a graceful stop; this counts as no failure. */
  handBack({ tenantId, id, attempt }: ClaimedDelivery): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await sql`
        UPDATE webhook_deliveries SET claimed_until = NULL WHERE id = ${id} AND attempt = ${attempt}`.execute(tx);
    });
  }

  /** Forgets calls that ended and are older; answers how many. */
  forget(olderThanDays: number): Promise<number> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<{ count: number }>`
        SELECT forget_webhook_deliveries(make_interval(days => ${olderThanDays})) AS count`.execute(tx);
      return rows[0]?.count ?? 0;
    });
  }
}
