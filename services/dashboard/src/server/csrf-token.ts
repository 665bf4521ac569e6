import { createStore } from '../ui/store.ts';

/** What changes something carries it in a header; null where no cookie signs requests. */
export const csrfToken = createStore<string | null>(null);
