/** What a service's process inherits. Two malloc arenas keep native buffers of many threads from piling up. */
export const childEnvironment: NodeJS.ProcessEnv = { ...process.env, MALLOC_ARENA_MAX: '2' };
