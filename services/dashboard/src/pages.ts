import type { Permission } from '@gigascope/contracts';
import type { ComponentType } from 'preact';
import type { PageProps } from './page-props.ts';
import type { PageName } from './route.ts';

export interface PageEntry {
  /** Without it the page is not offered. */
  readonly permission: Permission;
  /** Whether the bar leads to it; a slide is reached from the lists. */
  readonly inBar: boolean;
  /** A page's code is fetched when it is first opened. */
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}

/** A new page is a folder with `page.tsx` and a line here, in route.ts and in the texts' `bar`. */
export const PAGES: Readonly<Partial<Record<PageName, PageEntry>>> = {
  home: { permission: 'slides:read', inBar: true, load: () => import('./worklist/page.tsx') },
  slide: { permission: 'slides:read', inBar: false, load: () => import('./slide/page.tsx') },
  batches: { permission: 'analyses:read', inBar: true, load: () => import('./batches/page.tsx') },
  models: { permission: 'models:read', inBar: true, load: () => import('./models/page.tsx') },
  evaluation: { permission: 'reviews:adjudicate', inBar: true, load: () => import('./evaluation/page.tsx') },
  admin: { permission: 'keys:manage', inBar: true, load: () => import('./admin/page.tsx') },
};
