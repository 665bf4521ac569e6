import { openQueue, startEmbeddedPostgres } from '@gigascope/store';
import { describeQueue } from '../conformance/task-queue.ts';
import { asOwner, startTestServer } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';

describeQueue('Redis', async () => {
  const redis = await startRedis();
  return {
    open: () => openQueue({ redisUrl: redis.url }),
    empty: () => redis.flushAll(),
    stop: () => redis.kill(),
    start: () => redis.restart(),
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
});

describeQueue('Postgres', async () => {
  const server = await startTestServer();
  const { postgres } = server;
  const { dispatcherUrl } = server.urls;
  return {
    open: () => openQueue({ databaseUrl: dispatcherUrl }),
    async empty() {
      const tables = await asOwner<{ name: string }>(
        postgres.ownerUrl,
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname = 'bullmq' AND tablename <> 'migration'`,
      );
      await asOwner(postgres.ownerUrl, `TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
    },
    stop: () => postgres.stop('immediate'),
    async start() {
      await startEmbeddedPostgres({ folder: postgres.folder });
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});
