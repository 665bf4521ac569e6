import { createStore } from '../ui/store.ts';

/** Whether the server no longer knows who asks. */
export const signedOut = createStore(false);
