import { Webhook, WebhookDelivery } from '@gigascope/contracts/http';
import type { WebhookDeliveryRow, WebhookRow } from '@gigascope/store';

export function presentWebhook(row: WebhookRow): Webhook {
  const { id, url, description, disabledAt, disabledReason } = row;
  return {
    id,
    url,
    description,
    events: Webhook.shape.events.parse(row.events),
    createdAt: row.createdAt.toISOString(),
    disabled:
      disabledAt === null || disabledReason === null ? null : { at: disabledAt.toISOString(), reason: disabledReason },
    failingSince: row.failingSince?.toISOString() ?? null,
    pausedUntil: row.pausedUntil?.toISOString() ?? null,
  };
}

export function presentDelivery(row: WebhookDeliveryRow): WebhookDelivery {
  return WebhookDelivery.parse({
    ...row,
    createdAt: row.createdAt.toISOString(),
    dueAt: row.state === 'pending' ? row.dueAt.toISOString() : null,
    endedAt: row.endedAt?.toISOString() ?? null,
  });
}
