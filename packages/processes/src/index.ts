export { type Handlers, serve } from './serve.ts';
export { ServiceClient, type ServiceOptions } from './service-client.ts';
