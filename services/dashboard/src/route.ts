import { createStore } from './ui/store.ts';

export type Route = { readonly page: 'home' } | { readonly page: 'slide'; readonly slideId: string };

/** Reads the address' fragment: `#/slides/<uuid>`, anything else is the front page. */
export function parseRoute(hash: string): Route {
  const slideId = /^#\/slides\/([0-9a-f-]{36})$/i.exec(hash)?.[1];
  return slideId ? { page: 'slide', slideId } : { page: 'home' };
}

export const slideHref = (slideId: string): string => `#/slides/${slideId}`;

/** Where the reader is. In the fragment, so that any static server can serve the page and reloading stays. */
export const route = createStore<Route>({ page: 'home' });

export function startRouting(): void {
  const read = (): void => route.set(parseRoute(location.hash));
  addEventListener('hashchange', read);
  read();
}
