export { API_FLAGS } from './api-flags.ts';
export { IdleThreads } from './idle-threads.ts';
export { type Handlers, serve } from './serve.ts';
export { ServiceClient, type ServiceOptions } from './service-client.ts';
