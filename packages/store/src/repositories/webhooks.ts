import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { WebhookRow } from '../webhook-rows.ts';

/** Of one laboratory; each event is written once for each of them. */
const MAX_WEBHOOKS = 10;
/** After a rotation calls are signed with both secrets for a day. */
const OLD_SECRET_SECONDS = 24 * 60 * 60;

export type NewWebhook = Pick<WebhookRow, 'url' | 'description' | 'events'> & { readonly secret: string };

export interface WebhookChange {
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

const COLUMNS = [
  'id',
  'tenantId',
  'url',
  'description',
  'events',
  'createdAt',
  'disabledAt',
  'disabledReason',
  'failingSince',
  'pausedUntil',
] as const;

/** Who of a laboratory wants to be called. Secrets are read by the sender alone. */
export class Webhooks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Throws CONFLICT when the laboratory has 10. */
  create(tenantId: string, webhook: NewWebhook): Promise<WebhookRow> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtext('webhooks'), hashtext(${tenantId}))`.execute(tx);
      if ((await all(tx, tenantId)).length >= MAX_WEBHOOKS)
        throw new GigascopeError('CONFLICT', `a laboratory has at most ${MAX_WEBHOOKS} webhooks`);
      const values = { ...webhook, tenantId, events: [...webhook.events] };
      return tx.insertInto('webhooks').values(values).returning(COLUMNS).executeTakeFirstOrThrow();
    });
  }

  /** Newest first. */
  list(tenantId: string): Promise<readonly WebhookRow[]> {
    return this.#connection.inTenant(tenantId, (tx) => all(tx, tenantId));
  }

  /** null when the laboratory has no such webhook. */
  get(tenantId: string, id: string): Promise<WebhookRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('webhooks').select(COLUMNS).where('tenantId', '=', tenantId);
      return (await query.where('id', '=', id).executeTakeFirst()) ?? null;
    });
  }

  /** The secrets that sign now, the newest first; null when the laboratory has no such webhook. */
  secrets(tenantId: string, id: string): Promise<readonly string[] | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ secrets: string[] }>`
        SELECT CASE WHEN previous_until > clock_timestamp() THEN ARRAY[secret, previous_secret] ELSE ARRAY[secret] END
          AS secrets
        FROM webhooks WHERE tenant_id = ${tenantId} AND id = ${id}`.execute(tx);
      return rows[0]?.secrets ?? null;
    });
  }

  /**
   * null when the laboratory has no such webhook. Another address or `enabled: true` ends a pause and forgets failures;
   * disabling ends what is still to be sent as failed.
   */
  change(tenantId: string, id: string, { enabled, ...change }: WebhookChange): Promise<WebhookRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { url, description, events } = change;
      const afresh = { failingSince: null, pausedUntil: null };
      const values = {
        ...(description === undefined ? {} : { description }),
        ...(events === undefined ? {} : { events: [...events] }),
        ...(url === undefined ? {} : { ...afresh, url }),
        ...(enabled === true ? { ...afresh, disabledAt: null, disabledReason: null } : {}),
      };
      if (Object.keys(values).length > 0)
        await tx.updateTable('webhooks').set(values).where('tenantId', '=', tenantId).where('id', '=', id).execute();
      if (enabled === false) await disableWebhook(tx, id, 'by-hand');
      const query = tx.selectFrom('webhooks').select(COLUMNS).where('tenantId', '=', tenantId);
      return (await query.where('id', '=', id).executeTakeFirst()) ?? null;
    });
  }

  /** Signs with the new secret, and with the one before for a day; answers until when. null: no such webhook. */
  rotate(tenantId: string, id: string, secret: string): Promise<Date | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ previousUntil: Date }>`
        UPDATE webhooks SET previous_secret = secret, secret = ${secret},
          previous_until = clock_timestamp() + make_interval(secs => ${OLD_SECRET_SECONDS})
        WHERE tenant_id = ${tenantId} AND id = ${id} RETURNING previous_until`.execute(tx);
      return rows[0]?.previousUntil ?? null;
    });
  }

  /** Forgets it with all its calls; false when the laboratory has no such webhook. */
  remove(tenantId: string, id: string): Promise<boolean> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.deleteFrom('webhooks').where('tenantId', '=', tenantId).where('id', '=', id);
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    });
  }
}

function all(tx: Tx, tenantId: string): Promise<WebhookRow[]> {
  const query = tx.selectFrom('webhooks').select(COLUMNS).where('tenantId', '=', tenantId);
  return query.orderBy('id', 'desc').execute();
}

/** Calls no more: what waits ends as failed, to be sent again by hand. One that is disabled keeps its reason. */
export async function disableWebhook(
  tx: Tx,
  id: string,
  reason: NonNullable<WebhookRow['disabledReason']>,
): Promise<void> {
  await sql`
    UPDATE webhooks SET disabled_at = clock_timestamp(), disabled_reason = ${reason}
    WHERE id = ${id} AND disabled_at IS NULL`.execute(tx);
  await sql`
    UPDATE webhook_deliveries SET state = 'failed', ended_at = clock_timestamp()
    WHERE webhook_id = ${id} AND state = 'pending'`.execute(tx);
}
