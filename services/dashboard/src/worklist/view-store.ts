import { createStore } from '../ui/store.ts';
import { DEFAULT_VIEW, parseView, searchOf, type WorklistView } from './view.ts';

/**
 * The view that the address names. In its query, before the fragment: so it stays while slides are opened and when the
 * page is loaded again.
 */
export const worklistView = createStore<WorklistView>(parseView(location.search));

addEventListener('popstate', () => {
  const found = parseView(location.search);
  if (searchOf(found) !== searchOf(worklistView.get())) worklistView.set(found);
});

export function changeView(change: Partial<WorklistView>): void {
  const view = { ...worklistView.get(), ...change };
  history.replaceState(history.state, '', `${location.pathname}${searchOf(view)}${location.hash}`);
  worklistView.set(view);
}

/** Drops all filters; the order and the model whose score is shown stay. */
export function showAll(): void {
  const { sort, model } = worklistView.get();
  changeView({ ...DEFAULT_VIEW, sort, model });
}
