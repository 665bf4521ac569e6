import type { JSX } from 'preact';
import type { PageProps } from '../page-props.ts';
import { Worklist } from '../worklist/worklist.tsx';
import { SlidePage } from './slide-page.tsx';

/** One slide beside the list that it was chosen from. */
export function Page({ id }: PageProps): JSX.Element {
  return (
    <div class="desk">
      <Worklist chosen={id} />
      <div class="stage">{id !== null && <SlidePage key={id} slideId={id} />}</div>
    </div>
  );
}
