import { GigascopeError } from '@gigascope/contracts';
import type { WebhookError, WebhookMessage } from '@gigascope/contracts/http';
import type { DeliveryVerdict, WebhookAttempt, WebhookCall } from '@gigascope/store';
import { Webhook } from 'standardwebhooks';
import type { AllowedHosts } from './allowed-hosts.ts';
import { findTarget, TargetError } from './find-target.ts';
import { type Answer, PostError, post } from './post.ts';
import { type ResolveHost, resolveHost } from './resolve-host.ts';
import { pauseOf, retryDelay } from './retry.ts';

const GONE = 410;
/** Statuses whose Retry-After holds up all calls to the webhook. */
const PAUSING: ReadonlySet<number> = new Set([429, 503]);

export interface WebhookSettings {
  readonly allowedHosts: AllowedHosts;
  /** Of one attempt, from the name's resolution to the answer's end. */
  readonly timeoutMs: number;
  readonly retryDelaysMs: readonly number[];
  /** Default: the DNS. */
  readonly resolve?: ResolveHost;
}

export interface Sent {
  readonly entry: WebhookAttempt & { readonly error: WebhookError | null };
  readonly retryAfter?: string | undefined;
}

/** Signs and sends messages as Standard Webhooks says, to nowhere but where it may. */
export class WebhookSender {
  readonly settings: WebhookSettings;
  readonly #resolve: ResolveHost;

  constructor(settings: WebhookSettings) {
    this.settings = settings;
    this.#resolve = settings.resolve ?? resolveHost;
  }

  /** Throws WEBHOOK_ADDRESS_REFUSED for a URL that would never be called. A name that is unknown today may be known later. */
  async checkUrl(url: string): Promise<void> {
    try {
      await findTarget(url, this.settings.allowedHosts, this.#resolve);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      if (error.code === 'BLOCKED') throw new GigascopeError('WEBHOOK_ADDRESS_REFUSED', error.message);
    }
  }

  /** Makes one attempt of a stored call and says what follows. Throws when the signal is aborted. */
  async attempt(
    call: WebhookCall,
    signal: AbortSignal,
  ): Promise<{ readonly entry: WebhookAttempt; readonly verdict: DeliveryVerdict }> {
    const type = call.event as WebhookMessage['type'];
    const message = { type, timestamp: call.createdAt.toISOString(), data: call.data };
    const sent = await this.send(call.url, call.secrets, call.id, message, signal);
    return { entry: sent.entry, verdict: this.#verdict(sent, call.failures + 1) };
  }

  /** Sends now, once. Throws when the signal is aborted, and nothing else. */
  async send(
    url: string,
    secrets: readonly string[],
    id: string,
    message: WebhookMessage,
    signal: AbortSignal,
  ): Promise<Sent> {
    const at = new Date();
    const begun = performance.now();
    const outcome = await this.#post(url, secrets, id, message, at, signal);
    signal.throwIfAborted();
    const status = 'status' in outcome ? outcome.status : null;
    const error = 'status' in outcome ? errorOfStatus(outcome.status) : outcome.error;
    const durationMs = Math.round(performance.now() - begun);
    return {
      entry: { at: at.toISOString(), status, error, durationMs },
      ...('retryAfter' in outcome ? { retryAfter: outcome.retryAfter } : {}),
    };
  }

  async #post(
    url: string,
    secrets: readonly string[],
    id: string,
    message: WebhookMessage,
    at: Date,
    signal: AbortSignal,
  ): Promise<Answer | { readonly error: WebhookError }> {
    const { allowedHosts, timeoutMs } = this.settings;
    const body = JSON.stringify(message);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Gigascope-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
    };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const target = await within(limit, findTarget(url, allowedHosts, this.#resolve));
      return await post(target, headers, body, limit);
    } catch (error) {
      if (error instanceof TargetError || error instanceof PostError) return { error: error.code };
      if (limit.aborted) return { error: 'TIMEOUT' };
      throw error;
    }
  }

  #verdict({ entry: { error, status }, retryAfter }: Sent, failures: number): DeliveryVerdict {
    if (error === null) return { kind: 'delivered' };
    if (error === 'BLOCKED') return { kind: 'blocked' };
    if (status === GONE) return { kind: 'gone' };
    const afterMs = retryDelay(failures, this.settings.retryDelaysMs);
    if (afterMs === null) return { kind: 'failed' };
    const pauseMs = status !== null && PAUSING.has(status) ? pauseOf(retryAfter, new Date()) : 0;
    return { kind: 'retry', afterMs, pauseMs };
  }
}

function errorOfStatus(status: number): WebhookError | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'REDIRECT' : 'STATUS';
}

/** Gives up waiting for work that cannot be stopped itself. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
