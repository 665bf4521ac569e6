/** What a key asks of the table. */
export type TableKey =
  | { readonly kind: 'move'; readonly to: number; readonly ranged: boolean }
  /** To the last of all, which may not be loaded yet. */
  | { readonly kind: 'last'; readonly ranged: boolean }
  | { readonly kind: 'open' | 'choose' | 'chooseAll' | 'claim' | 'clear' };

type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'> & {
  readonly target: EventTarget | null;
  readonly currentTarget: EventTarget | null;
};

/** Reads a key pressed at line `at` of `count`, of which `page` are in sight; null: not for the table. */
export function tableKey(event: Pressed, at: number, count: number, page: number): TableKey | null {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  // A button or box within the table was pressed.
  if (event.target !== event.currentTarget || altKey) return null;
  if (ctrlKey || metaKey) return key === 'a' ? { kind: 'chooseAll' } : null;
  const move = (to: number): TableKey => ({
    ...{ kind: 'move', ranged: shiftKey },
    to: Math.min(count - 1, Math.max(0, to)),
  });
  switch (key) {
    case 'ArrowDown':
      return move(at + 1);
    case 'ArrowUp':
      return move(at - 1);
    case 'PageDown':
      return move(at + page);
    case 'PageUp':
      return move(at - page);
    case 'Home':
      return move(0);
    case 'End':
      return { kind: 'last', ranged: shiftKey };
    case 'Enter':
      return { kind: 'open' };
    case ' ':
      return { kind: 'choose' };
    case 'c':
    case 'C':
      return { kind: 'claim' };
    case 'Escape':
      return { kind: 'clear' };
    default:
      return null;
  }
}
