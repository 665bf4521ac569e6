import { z } from 'zod';
import { Id, Instant, PageQuery } from './common.ts';

/** What a webhook can be told; a ping is sent on request only. */
export const WebhookEvent = z.enum([
  'analysis.succeeded',
  'analysis.failed',
  'analysis.canceled',
  'slide.ready',
  'slide.rejected',
  'review.signed',
  'batch.finished',
]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** The body of every call. `data` holds identifiers, scores and error codes, never a name. */
export const WebhookMessage = z
  .object({
    type: z.enum([...WebhookEvent.options, 'ping']),
    timestamp: Instant,
    data: z.record(z.string(), z.unknown()),
  })
  .meta({
    examples: [
      {
        type: 'analysis.succeeded',
        timestamp: '2026-11-25T09:30:00.000Z',
        data: {
          analysisId: '019a2b3c-4d5e-7f60-8192-a3b4c5d6e7f8',
          slideId: '019a2b3c-4d5e-7f60-8192-a3b4c5d6e7f9',
          modelId: '019a2b3c-4d5e-7f60-8192-a3b4c5d6e7fa',
          score: 0.97,
          scoreMeaning: 'highest-probability',
          positive: true,
          errorCode: null,
        },
      },
    ],
  });
export type WebhookMessage = z.infer<typeof WebhookMessage>;

const WebhookUrl = z
  .string()
  .max(2000)
  .meta({ examples: ['https://lis.example.org/hooks/gigascope'] });
const Description = z.string().trim().max(200);
const Events = z
  .array(WebhookEvent)
  .min(1)
  .max(WebhookEvent.options.length)
  .refine((events) => new Set(events).size === events.length, { error: 'each event once' })
  .meta({ examples: [['analysis.succeeded', 'analysis.failed']] });

export const CreateWebhook = z.strictObject({ url: WebhookUrl, description: Description.default(''), events: Events });

export const ChangeWebhook = z
  .strictObject({
    url: WebhookUrl.optional(),
    description: Description.optional(),
    events: Events.optional(),
    /** true also forgets why it was disabled. */
    enabled: z.boolean().optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), { error: 'nothing to change' });

export const Webhook = z.object({
  id: Id,
  url: z.string(),
  description: z.string(),
  events: z.array(WebhookEvent),
  createdAt: Instant,
  /** By hand, because the receiver answered 410 (gone), or because no call succeeded for days (failing). */
  disabled: z.object({ at: Instant, reason: z.enum(['by-hand', 'gone', 'failing']) }).nullable(),
  /** Of the first failure since the last success. */
  failingSince: Instant.nullable(),
  /** The receiver asked for a pause (Retry-After). */
  pausedUntil: Instant.nullable(),
});
export type Webhook = z.infer<typeof Webhook>;

const Secret = z.string().meta({ examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] });

/** The secret is shown this once. Calls are signed with it as Standard Webhooks says. */
export const CreatedWebhook = Webhook.extend({ secret: Secret });

/** From now on calls are signed with both secrets, until the old one ends. */
export const RotatedSecret = z.object({ secret: Secret, previousUntil: Instant });

export const WebhookList = z.object({ items: z.array(Webhook) });

/** BLOCKED: the address is not one that may be called. STATUS: an answer other than 2xx. REDIRECT: is never followed. */
export const WebhookError = z.enum([
  'BLOCKED',
  'NAME_UNKNOWN',
  'CONNECT_FAILED',
  'TLS_FAILED',
  'TIMEOUT',
  'ANSWER_INVALID',
  'REDIRECT',
  'STATUS',
]);
export type WebhookError = z.infer<typeof WebhookError>;

/** How one call ended; `error` null is success. */
const Outcome = z.object({
  status: z.int().nullable(),
  error: WebhookError.nullable(),
  durationMs: z.int().nonnegative(),
});

export const WebhookPing = Outcome.extend({ messageId: z.string() });

export const WebhookDelivery = z.object({
  /** The call's webhook-id, the same on every attempt. */
  id: Id,
  event: WebhookEvent,
  data: WebhookMessage.shape.data,
  state: z.enum(['pending', 'delivered', 'failed', 'blocked']),
  createdAt: Instant,
  /** Of the next attempt; null when there is none. */
  dueAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  /** The last 50, oldest first. */
  attempts: z.array(Outcome.extend({ at: Instant })),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const DeliveriesQuery = PageQuery.extend({ state: WebhookDelivery.shape.state.optional() });
export const DeliveryPage = z.object({ items: z.array(WebhookDelivery), nextCursor: z.string().nullable() });
export const DeliveryParams = z.object({ id: Id, deliveryId: Id });
