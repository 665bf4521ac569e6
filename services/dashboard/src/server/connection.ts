import { createStore } from '../ui/store.ts';

/** Whether the last request reached the server. Events that fail say so too, before anyone clicks. */
export const connection = createStore<'online' | 'offline'>('online');
