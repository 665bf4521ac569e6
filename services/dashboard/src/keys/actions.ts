import { useEffect, useRef } from 'preact/hooks';

export interface Shortcut {
  /** The key's place, so that it is the same under every keyboard layout and input method. */
  readonly code?: string;
  /** What is typed, for signs that lie elsewhere on every layout. */
  readonly sign?: string;
  readonly shift?: boolean;
  /** Control, or Command. */
  readonly control?: boolean;
  /** As the cheat sheet writes it. */
  readonly shown: string;
}

/** Every shortcut of a slide's page; no two of a row are the same. */
export const SHORTCUTS = {
  next: [{ code: 'KeyN', shown: 'N' }],
  previous: [{ code: 'KeyP', shown: 'P' }],
  accept: [{ code: 'KeyY', shown: 'Y' }],
  reject: [{ code: 'KeyX', shown: 'X' }],
  move: [{ code: 'KeyM', shown: 'M' }],
  addPoint: [{ code: 'KeyT', shown: 'T' }],
  addPolygon: [{ code: 'KeyG', shown: 'G' }],
  takeBack: [{ code: 'Delete', shown: 'Del' }],
  undo: [
    { code: 'KeyU', shown: 'U' },
    { code: 'KeyZ', control: true, shown: 'Ctrl Z' },
  ],
  redo: [
    { code: 'KeyU', shift: true, shown: 'Shift U' },
    { code: 'KeyY', control: true, shown: 'Ctrl Y' },
    { code: 'KeyZ', control: true, shift: true, shown: 'Ctrl Shift Z' },
  ],
  confidence1: [{ code: 'Digit1', shown: '1' }],
  confidence2: [{ code: 'Digit2', shown: '2' }],
  confidence3: [{ code: 'Digit3', shown: '3' }],
  confidence4: [{ code: 'Digit4', shown: '4' }],
  confidence5: [{ code: 'Digit5', shown: '5' }],
  note: [{ code: 'KeyE', shown: 'E' }],
  comment: [{ code: 'KeyC', shown: 'C' }],
  sign: [{ code: 'KeyS', shift: true, shown: 'Shift S' }],
  heatmap: [{ code: 'KeyH', shown: 'H' }],
  marks: [{ code: 'KeyB', shown: 'B' }],
  switchMap: [{ code: 'KeyV', shown: 'V' }],
  activation: [{ code: 'KeyA', shown: 'A' }],
  measure: [{ code: 'KeyL', shown: 'L' }],
  rotate: [{ code: 'KeyR', shown: 'R' }],
  rotateBack: [{ code: 'KeyR', shift: true, shown: 'Shift R' }],
  fullScreen: [{ code: 'KeyF', shown: 'F' }],
  help: [{ sign: '?', shown: '?' }],
  finish: [{ code: 'Enter', shown: 'Enter' }],
  cancel: [{ code: 'Escape', shown: 'Esc' }],
  dropCorner: [{ code: 'Backspace', shown: '⌫' }],
} as const satisfies Record<string, readonly Shortcut[]>;
export type Action = keyof typeof SHORTCUTS;

/** Answering false leaves the key to others. */
export type Handlers = Partial<Record<Action, () => unknown>>;

type Stroke = Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** The action that a key stroke means; null for none. */
export function actionOf(stroke: Stroke): Action | null {
  if (stroke.altKey) return null;
  const control = stroke.ctrlKey || stroke.metaKey;
  for (const [action, shortcuts] of Object.entries(SHORTCUTS) as [Action, readonly Shortcut[]][])
    for (const { code, sign, shift = false, control: wanted = false } of shortcuts) {
      if (control !== wanted) continue;
      if (sign !== undefined ? stroke.key === sign : stroke.code === code && stroke.shiftKey === shift) return action;
    }
  return null;
}

/** Whether a stroke is for an element that takes keys itself: one writes there, or Enter presses it, or it lies over the page. */
function isTaken(target: EventTarget | null, action: Action): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog')) return true;
  if (target.closest('textarea, select, input:not([type=checkbox], [type=range], [type=radio]), [contenteditable]'))
    return action !== 'cancel';
  return action === 'finish' && target.closest('button, a, summary') !== null;
}

/** Answers the page's shortcuts while the component is mounted. */
export function useActions(handlers: Handlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = actionOf(event);
      if (action === null || isTaken(event.target, action)) return;
      const handle = latest.current[action];
      if (handle && handle() !== false) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** The first shortcut of an action, for buttons' titles. */
export function keyOf(action: Action): string {
  return SHORTCUTS[action][0].shown;
}
