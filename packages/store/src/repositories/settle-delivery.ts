import { sql } from 'kysely';
import { jsonValue, type Tx } from '../connection.ts';
import type { WebhookAttempt, WebhookDeliveryRow } from '../webhook-rows.ts';
import { disableWebhook } from './webhooks.ts';

const MAX_ATTEMPTS_KEPT = 50;

/** A call that was claimed; its outcome is written only under this attempt. */
export interface ClaimedDelivery {
  readonly tenantId: string;
  readonly id: string;
  readonly attempt: number;
}

/**
 * What follows from an attempt. 'gone' disables the webhook; 'failed' does, when nothing got through to it meanwhile.
 * `pauseMs` over 0 holds up all calls to the webhook.
 */
export type DeliveryVerdict =
  | { readonly kind: 'delivered' | 'blocked' | 'gone' | 'failed' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly pauseMs: number };

/** Writes what became of an attempt; false, and nothing written, when somebody else took it over meanwhile. */
export async function settleDelivery(
  tx: Tx,
  { id, attempt }: ClaimedDelivery,
  entry: WebhookAttempt,
  verdict: DeliveryVerdict,
): Promise<boolean> {
  // The webhook first, as where it is disabled: who locks in one order does not deadlock.
  const { rows } = await sql<{ webhookId: string }>`
    SELECT w.id AS webhook_id FROM webhooks w
    WHERE w.id = (SELECT webhook_id FROM webhook_deliveries WHERE id = ${id} AND attempt = ${attempt})
    FOR NO KEY UPDATE`.execute(tx);
  const webhookId = rows[0]?.webhookId;
  if (webhookId === undefined) return false;
  await markWebhook(tx, webhookId, verdict);
  const settled = await sql`
    UPDATE webhook_deliveries SET claimed_until = NULL,
      attempts = CASE WHEN jsonb_array_length(attempts) < ${MAX_ATTEMPTS_KEPT} THEN attempts ELSE attempts - 0 END
        || ${jsonValue([entry])}
    WHERE id = ${id} AND attempt = ${attempt}`.execute(tx);
  if (settled.numAffectedRows === 0n) return false;
  if (verdict.kind === 'delivered') await markDelivered(tx, id);
  else await markFailed(tx, id, webhookId, verdict);
  return true;
}

async function markWebhook(tx: Tx, id: string, verdict: DeliveryVerdict): Promise<void> {
  if (verdict.kind === 'delivered') {
    await sql`
      UPDATE webhooks SET failing_since = NULL, paused_until = NULL
      WHERE id = ${id} AND (failing_since IS NOT NULL OR paused_until IS NOT NULL)`.execute(tx);
    return;
  }
  const pause = verdict.kind === 'retry' && verdict.pauseMs > 0 ? after(verdict.pauseMs) : sql`paused_until`;
  await sql`
    UPDATE webhooks SET failing_since = coalesce(failing_since, now()), paused_until = ${pause}
    WHERE id = ${id}`.execute(tx);
}

/** Also where the webhook was disabled while it was being sent. */
async function markDelivered(tx: Tx, id: string): Promise<void> {
  await sql`
    UPDATE webhook_deliveries SET state = 'delivered', first_failed_at = NULL, ended_at = now()
    WHERE id = ${id}`.execute(tx);
}

async function markFailed(
  tx: Tx,
  id: string,
  webhookId: string,
  verdict: Exclude<DeliveryVerdict, { kind: 'delivered' }>,
): Promise<void> {
  const retry = verdict.kind === 'retry';
  const { rows } = await sql<{ hopeless: boolean }>`
    UPDATE webhook_deliveries SET state = ${stateAfter(verdict)}, failures = failures + 1,
      first_failed_at = coalesce(first_failed_at, now()),
      due_at = ${retry ? after(Math.max(verdict.afterMs, verdict.pauseMs)) : sql`due_at`},
      ended_at = ${retry ? sql`NULL::timestamptz` : sql`now()`}
    WHERE id = ${id} AND state = 'pending'
    RETURNING (SELECT failing_since FROM webhooks WHERE id = ${webhookId}) <= first_failed_at AS hopeless`.execute(tx);
  if (verdict.kind === 'gone') await disableWebhook(tx, webhookId, 'gone');
  if (verdict.kind === 'failed' && rows[0]?.hopeless === true) await disableWebhook(tx, webhookId, 'failing');
}

function stateAfter({ kind }: Exclude<DeliveryVerdict, { kind: 'delivered' }>): WebhookDeliveryRow['state'] {
  if (kind === 'retry') return 'pending';
  return kind === 'blocked' ? 'blocked' : 'failed';
}

function after(ms: number) {
  return sql`now() + make_interval(secs => ${ms / 1000})`;
}
