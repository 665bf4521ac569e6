import type { Lesion } from '@gigascope/contracts';
import { formatProbability } from '../format.ts';
import { phrases } from '../i18n/phrases.ts';
import { type SlideSize, viewportPoint } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';

/** Marks are elements of their own, to be reached by keyboard; beyond this many a viewer slows down. */
export const MARKS_SHOWN = 500;

/** Puts a numbered, focusable ring on every lesion. Returns the marks by rank; the caller removes their overlays. */
export function addLesionMarks(
  { library, viewer }: OpenViewer,
  lesions: readonly Lesion[],
  size: SlideSize,
  onSelect: (rank: number) => void,
): ReadonlyMap<number, HTMLButtonElement> {
  const marks = new Map<number, HTMLButtonElement>();
  for (const { rank, xL0, yL0, probability, diameterUm } of lesions.slice(0, MARKS_SHOWN)) {
    const mark = document.createElement('button');
    mark.type = 'button';
    mark.className = 'mark';
    mark.title = `${phrases.findings.lesion(rank)}: ${formatProbability(probability)}`;
    mark.setAttribute('aria-label', phrases.findings.lesionButton(rank, probability, diameterUm));
    const number = document.createElement('span');
    number.className = 'mark-number';
    number.textContent = String(rank);
    mark.append(number);
    mark.addEventListener('click', () => onSelect(rank));
    mark.addEventListener('focus', () => {
      if (mark.matches(':focus-visible')) onSelect(rank);
    });
    // OpenSeadragon captures the pointer on its canvas, and a click there would never reach the mark.
    for (const kind of ['pointerdown', 'pointerup'] as const) {
      mark.addEventListener(kind, (event) => event.stopPropagation());
    }
    const { x, y } = viewportPoint(xL0, yL0, size);
    viewer.addOverlay({
      element: mark,
      location: new library.Point(x, y),
      placement: library.Placement.CENTER,
      checkResize: false,
      rotationMode: library.OverlayRotationMode.NO_ROTATION,
    });
    marks.set(rank, mark);
  }
  return marks;
}
