import { createStore } from './ui/store.ts';

/** Pages by the first part of their address; the front page has none. */
export const PAGE_PATHS = {
  home: '',
  slide: 'slides',
  batches: 'batches',
  models: 'models',
  evaluation: 'evaluation',
  admin: 'admin',
} as const;
export type PageName = keyof typeof PAGE_PATHS;

export interface Route {
  readonly page: PageName;
  /** What the page is of: a slide's or batch's identifier, a part of the administration. */
  readonly id: string | null;
}

const ADDRESS = /^#\/([a-z]+)(?:\/([0-9a-z-]{1,36}))?$/i;
const UUID_LENGTH = 36;
const HOME: Route = { page: 'home', id: null };

/** Reads the address' fragment: `#/slides/<uuid>`, `#/admin/keys`; anything else is the front page. */
export function parseRoute(hash: string): Route {
  const [, path, id = null] = ADDRESS.exec(hash) ?? [];
  const page = (Object.keys(PAGE_PATHS) as PageName[]).find((name) => name !== 'home' && PAGE_PATHS[name] === path);
  if (page === undefined || (page === 'slide' && id?.length !== UUID_LENGTH)) return HOME;
  return { page, id };
}

export function hrefOf(page: PageName, id: string | null = null): string {
  return page === 'home' ? '#/' : `#/${PAGE_PATHS[page]}${id === null ? '' : `/${id}`}`;
}

export const slideHref = (slideId: string): string => hrefOf('slide', slideId);

/** Where the reader is. In the fragment, so that any static server can serve the page and reloading stays. */
export const route = createStore<Route>(HOME);

export function startRouting(): void {
  const read = (): void => route.set(parseRoute(location.hash));
  addEventListener('hashchange', read);
  read();
}
