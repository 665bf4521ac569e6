import { postgresCarrier, redisCarrier } from './bull-carrier.ts';
import { BullTaskQueue } from './bull-task-queue.ts';
import type { TaskQueue } from './task-queue.ts';

/** Redis where there is one; otherwise the `dispatcherUrl` of `migrate`. */
export type QueueOptions = {
  /** Told of connection errors, which the queue gets over by itself. */
  readonly onError?: (error: Error) => void;
} & ({ readonly redisUrl: string } | { readonly databaseUrl: string });

/** Opens the queue of tasks. A queue that cannot be reached yet is opened too: its calls fail until it can. */
export async function openQueue(options: QueueOptions): Promise<TaskQueue> {
  const carrier = 'redisUrl' in options ? redisCarrier(options.redisUrl) : postgresCarrier(options.databaseUrl);
  const queue = new BullTaskQueue(carrier, options.onError ?? (() => {}));
  await queue.waitUntilReady(2_000);
  return queue;
}
