/** Somebody who wants to be called, without the secrets. */
export interface WebhookRow {
  readonly id: string;
  readonly tenantId: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly disabledReason: 'by-hand' | 'gone' | 'failing' | null;
  /** First failure since the last success. */
  readonly failingSince: Date | null;
  /** As the receiver asked. */
  readonly pausedUntil: Date | null;
}

/** One attempt to make a call, as a delivery keeps it; `error` null is success. */
export interface WebhookAttempt {
  /** ISO 8601. */
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
}

/** A call to be made, or made. */
export interface WebhookDeliveryRow {
  readonly id: string;
  readonly tenantId: string;
  readonly webhookId: string;
  readonly event: string;
  /** Identifiers and scores; no names. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly state: 'pending' | 'delivered' | 'failed' | 'blocked';
  readonly createdAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
  /** The last 50, oldest first. */
  readonly attempts: readonly WebhookAttempt[];
}

/** What one attempt needs. */
export interface WebhookCall extends Pick<WebhookDeliveryRow, 'id' | 'event' | 'data' | 'createdAt'> {
  readonly url: string;
  /** The present secret, and the one before while it still signs. */
  readonly secrets: readonly string[];
  /** Failed attempts before this one. */
  readonly failures: number;
}
