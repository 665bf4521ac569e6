import { type SlideSize, viewportPoint } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';

/** Marks are elements of their own, to be reached by keyboard; beyond this many a viewer slows down. */
export const MARKS_SHOWN = 500;

/** A numbered ring on the slide. */
export interface Mark {
  /** Of the finding. */
  readonly key: string;
  /** In the badge. */
  readonly label: string;
  readonly title: string;
  /** For those who do not see it. */
  readonly name: string;
  readonly xL0: number;
  readonly yL0: number;
  readonly state: 'undecided' | 'accept' | 'reject' | 'moved' | 'added';
}

/** The marks that a viewer can carry: the chosen one and what the reader said go before what nobody has decided on. */
export function shownMarks(marks: readonly Mark[], chosen: string | null): readonly Mark[] {
  if (marks.length <= MARKS_SHOWN) return marks;
  const rankOf = ({ key, state }: Mark): number => (key === chosen ? 0 : state === 'undecided' ? 2 : 1);
  const kept = new Set(marks.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, MARKS_SHOWN));
  return marks.filter((mark) => kept.has(mark));
}

/** Puts a focusable ring on a place of the slide; the caller removes its overlay. */
export function addMark(
  { library, viewer }: OpenViewer,
  { key, xL0, yL0 }: Mark,
  size: SlideSize,
  onSelect: (key: string) => void,
): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'mark';
  const badge = document.createElement('span');
  badge.className = 'mark-number';
  element.append(badge);
  element.addEventListener('click', () => onSelect(key));
  element.addEventListener('focus', () => {
    if (element.matches(':focus-visible')) onSelect(key);
  });
  // OpenSeadragon captures the pointer on its canvas, and a click there would never reach the mark.
  for (const kind of ['pointerdown', 'pointerup'] as const) {
    element.addEventListener(kind, (event) => event.stopPropagation());
  }
  const { x, y } = viewportPoint(xL0, yL0, size);
  viewer.addOverlay({
    element,
    location: new library.Point(x, y),
    placement: library.Placement.CENTER,
    checkResize: false,
    rotationMode: library.OverlayRotationMode.NO_ROTATION,
  });
  return element;
}

/** Writes on a mark what changes while it stays where it is. */
export function labelMark(element: HTMLButtonElement, { label, title, name, state }: Mark, chosen: boolean): void {
  element.title = title;
  element.setAttribute('aria-label', name);
  element.setAttribute('aria-pressed', String(chosen));
  element.dataset['state'] = state;
  if (element.firstElementChild) element.firstElementChild.textContent = label;
}
