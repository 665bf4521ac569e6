/**
 * The schema that BullMQ's tables live in when Postgres carries the queue, apart from the record's. It is BullMQ's default,
 * the only one that it looks in when its pool is handed over.
 */
export const QUEUE_SCHEMA = 'bullmq';
