export { readCached } from './read-cached.ts';
