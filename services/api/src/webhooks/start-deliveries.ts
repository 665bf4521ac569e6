import { DeliveryLoop, type DeliveryLoopOptions, type Store } from '@gigascope/store';
import type { WebhookSender } from './webhook-sender.ts';

/** Makes the calls to webhooks from this process, until it is disposed. */
export function startDeliveries(
  store: Store,
  sender: WebhookSender,
  onError: NonNullable<DeliveryLoopOptions['onError']>,
): AsyncDisposable {
  return new DeliveryLoop({
    store,
    send: (call, signal) => sender.attempt(call, signal),
    // Twice what an attempt takes: none is made again while it is under way.
    leaseMs: 2 * sender.settings.timeoutMs,
    onError,
  });
}
