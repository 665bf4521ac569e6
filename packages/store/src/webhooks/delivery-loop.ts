import { setTimeout as sleep } from 'node:timers/promises';
import type { GigascopeError } from '@gigascope/contracts';
import { toDatabaseError } from '../database-error.ts';
import { LeaderLock } from '../dispatcher/leader-lock.ts';
import { Wake } from '../dispatcher/wake.ts';
import type { Store } from '../open-store.ts';
import type { ClaimedDelivery, DeliveryVerdict } from '../repositories/settle-delivery.ts';
import { WEBHOOKS_CHANNEL } from '../repositories/webhook-deliveries.ts';
import type { WebhookAttempt, WebhookCall } from '../webhook-rows.ts';

/** Looks without being woken, for retries that fall due. */
const IDLE_MS = 1_000;
const PAUSE_MS = 5;
/** Another process leads, or Postgres is out of reach: how soon we try again. */
const CANDIDATE_MS = 1_000;
const AT_ONCE = 64;
/** Of one webhook, so that a slow receiver holds up nobody else's calls. */
const PER_WEBHOOK = 4;
const FORGET_EVERY_MS = 60 * 60 * 1_000;
const KEPT_DAYS = 30;
/** A stop waits this long for calls in hand. */
const STOP_WITHIN_MS = 5_000;

export interface DeliveryLoopOptions {
  /** One connection comes on top of its pool and its listener: the leader's lock. */
  readonly store: Store;
  /** Makes one attempt. Throws only when the signal is aborted: then the call is given back uncounted. */
  readonly send: (
    call: WebhookCall,
    signal: AbortSignal,
  ) => Promise<{ readonly entry: WebhookAttempt; readonly verdict: DeliveryVerdict }>;
  /** An attempt of a process that died is made again after this long; more than any attempt takes. */
  readonly leaseMs: number;
  readonly onError?: (error: GigascopeError) => void;
}

/**
 * Makes the calls to webhooks that are due. Of the processes that run one, one leads. A call is made at least once, and
 * under the same id each time: what was sent and could not be written down is sent again.
 */
export class DeliveryLoop implements AsyncDisposable {
  readonly #options: DeliveryLoopOptions;
  readonly #lock: LeaderLock;
  readonly #wake = new Wake();
  readonly #stop = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #inHand = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #forgotAt = Number.NEGATIVE_INFINITY;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
    this.#lock = new LeaderLock(options.store.connection, 'webhooks');
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#wake.now();
    await this.#running;
    const ended = Promise.allSettled(this.#inHand);
    await Promise.race([ended, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
    this.#giveUp.abort();
    await ended;
    await this.#lock[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    using _subscription = this.#options.store.listener.on(WEBHOOKS_CHANNEL, () => this.#wake.now());
    while (!this.#stop.signal.aborted) {
      const leading = await this.#step().catch((error: unknown) => {
        this.#report(error);
        return false;
      });
      if (leading) await this.#wake.wait(IDLE_MS);
      await sleep(leading ? PAUSE_MS : CANDIDATE_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  /** Answers whether this process leads. */
  async #step(): Promise<boolean> {
    if (!(await this.#lock.acquire())) return false;
    const { webhookDeliveries } = this.#options.store;
    const room = AT_ONCE - this.#inHand.size;
    if (room > 0) {
      const claimed = await webhookDeliveries.claim(room, PER_WEBHOOK, this.#options.leaseMs);
      for (const each of claimed) this.#begin(each);
    }
    if (performance.now() - this.#forgotAt > FORGET_EVERY_MS) {
      this.#forgotAt = performance.now();
      while ((await webhookDeliveries.forget(KEPT_DAYS)) > 0 && (await this.#lock.acquire()));
    }
    return true;
  }

  #begin(claimed: ClaimedDelivery): void {
    const work = this.#deliver(claimed)
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#inHand.delete(work);
        this.#wake.now();
      });
    this.#inHand.add(work);
  }

  async #deliver(claimed: ClaimedDelivery): Promise<void> {
    const { store, send } = this.#options;
    const call = await store.webhookDeliveries.call(claimed);
    if (call === null) return;
    try {
      const { entry, verdict } = await send(call, this.#giveUp.signal);
      await store.webhookDeliveries.settle(claimed, entry, verdict);
    } catch (error) {
      if (!this.#giveUp.signal.aborted) throw error;
      await store.webhookDeliveries.handBack(claimed);
    }
  }

  #report(error: unknown): void {
    this.#options.onError?.(toDatabaseError(error));
  }
}
