import {
  createPostgresBackend,
  createRedisBackend,
  type Job,
  type PgPool,
  type Queue,
  type Worker,
  withBackend,
} from 'bullmq';
import pg from 'pg';
import { surviveLostConnections } from '../connection.ts';
import type { TaskAttempt } from '../rows.ts';
import { closeSoon } from './close-soon.ts';
import { connectRedis, redisRetry } from './connect-redis.ts';
import { QUEUE_SCHEMA } from './queue-schema.ts';

const NAME = 'tasks';
const CONNECT_TIMEOUT_MS = 5_000;
/** Connections of a Postgres pool; the consumer LISTENs on one of its own. */
const QUEUE_POOL = 2;
const CONSUMER_POOL = 4;
/** What a consumer that died held is handed out again after this and at most one check more. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

/** What is used of BullMQ's Queue, whichever backend it has. */
export type BullQueue = Pick<Queue<TaskAttempt>, 'add' | 'getJobCounts' | 'close' | 'disconnect'>;
export type BullWorker = Pick<Worker<TaskAttempt>, 'close' | 'disconnect' | 'pause' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};
export type Processor = (
  job: Job<TaskAttempt>,
  token: string | undefined,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** Makes BullMQ's classes on one of its backends. */
export interface BullCarrier {
  /** Resolves once the server answers; from then on the queue reconnects by itself. */
  queue(onError: (error: Error) => void): Promise<BullQueue>;
  /** May be used once `waitUntilReady` resolved; where it rejects, close it and make another one. */
  worker(processor: Processor, concurrency: number): BullWorker;
}

/** Attempts are counted in Postgres, so BullMQ is to hand a dead worker's job out again however often that happens. */
const workerOptions = {
  maxStalledCount: 1_000_000,
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  runRetryDelay: 1_000,
};

export function redisCarrier(url: string): BullCarrier {
  const { Queue, Worker } = withBackend(createRedisBackend);
  return {
    async queue(onError) {
      const { client, release } = await connectRedis(url, onError);
      const queue = new Queue<TaskAttempt>(NAME, {
        connection: client,
        skipWaitingForReady: true,
        streams: { events: { maxLen: 100 } },
      });
      queue.on('error', onError);
      await queue.waitUntilReady();
      return {
        add: (...job) => queue.add(...job),
        getJobCounts: (...states) => queue.getJobCounts(...states),
        close: () => queue.close().finally(release),
        disconnect: async () => release(),
      };
    },
    worker: (processor, concurrency) =>
      new Worker<TaskAttempt>(NAME, processor, {
        ...workerOptions,
        connection: { url, ...redisRetry, maxRetriesPerRequest: null },
        concurrency,
      }) as unknown as BullWorker,
  };
}

export function postgresCarrier(databaseUrl: string): BullCarrier {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  // Its schema is migrated by `migrate`, as the owner: this role may not make tables. The pool is ours, because BullMQ's
  // own would end the process with the first connection that is lost while in use.
  const makePool = (max: number) => {
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      options: `-c search_path=${QUEUE_SCHEMA}`,
      max,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'gigascope queue',
    });
    surviveLostConnections(pool);
    return pool as pg.Pool & PgPool;
  };
  return {
    async queue(onError) {
      const pool = makePool(QUEUE_POOL);
      const queue = new Queue<TaskAttempt>(NAME, { connection: pool });
      queue.on('error', onError);
      const close = () => queue.close().finally(() => pool.end());
      try {
        await queue.waitUntilReady();
      } catch (error) {
        await closeSoon({ close, disconnect: () => pool.end() });
        throw error;
      }
      return {
        add: (...job) => queue.add(...job),
        getJobCounts: (...states) => queue.getJobCounts(...states),
        close,
        disconnect: async () => {},
      };
    },
    worker(processor, concurrency) {
      const pool = makePool(CONSUMER_POOL);
      const worker = new Worker<TaskAttempt>(NAME, processor, { ...workerOptions, connection: pool, concurrency });
      return {
        on: (event, listener) => worker.on(event, listener),
        pause: (now) => worker.pause(now),
        waitUntilReady: () => worker.waitUntilReady(),
        close: (now) => worker.close(now).finally(() => pool.end()),
        disconnect: async () => {},
      };
    },
  };
}
