import type { JSX } from 'preact';
import type { PageProps } from '../page-props.ts';
import { BatchList } from './batch-list.tsx';
import { BatchView } from './batch-view.tsx';

/** Batches, or one of them. */
export function Page({ id }: PageProps): JSX.Element {
  return <div class="batches-page">{id === null ? <BatchList /> : <BatchView key={id} id={id} />}</div>;
}
