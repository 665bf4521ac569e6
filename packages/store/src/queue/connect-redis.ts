import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const CONNECT_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 5_000;

export const redisRetry = {
  retryStrategy: (times: number): number => Math.min(times * 100, 2_000),
  connectTimeout: CONNECT_TIMEOUT_MS,
};

/**
 * A connection whose commands fail at once while Redis is away, and that reconnects by itself. Without
 * `enableOfflineQueue: false` an add would wait, and run long after it was given up. BullMQ asks for the version as soon as it
 * has the connection and never again when that fails, so it gets one that is ready.
 */
export async function connectRedis(
  url: string,
  onError: (error: Error) => void,
): Promise<{ readonly client: Redis; readonly release: () => void }> {
  const client = new Redis(url, {
    ...redisRetry,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    lazyConnect: true,
  });
  let lastError: Error | undefined;
  client.on('error', (error) => {
    lastError = error;
    onError(error);
  });
  const release = () => client.disconnect();
  const ready = new Promise<boolean>((resolve) => client.once('ready', () => resolve(true)));
  client.connect().catch(() => {});
  if (await Promise.race([ready, sleep(CONNECT_TIMEOUT_MS, false)])) return { client, release };
  release();
  throw new Error('Redis does not answer', { cause: lastError });
}
