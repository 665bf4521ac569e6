export { type Client, type Config, createClient } from './generated/client/index.ts';
export * from './generated/index.ts';
