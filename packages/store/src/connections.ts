/**
 * Sizes of the pools, for StoreOptions.maxConnections, so that all processes stay under the 97 connections that Postgres's
 * default of 100 leaves to roles that are no superuser: an api takes its pool, a listener and the lock of who calls
 * webhooks, 12; a worker its pool, a listener, the leader's lock, and with the queue on Postgres 2 to add and 4 to
 * consume, 14. One api and six workers are 96; more workers need a larger max_connections.
 */
export const CONNECTIONS = { api: 10, worker: 6 } as const;
