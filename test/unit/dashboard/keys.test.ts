import { describe, expect, it } from 'vitest';
import { actionOf, SHORTCUTS, type Shortcut } from '../../../services/dashboard/src/keys/actions.ts';

const stroke = (code: string, key: string, held: Partial<Record<'shift' | 'ctrl' | 'alt' | 'meta', boolean>> = {}) => ({
  ...{ code, key, shiftKey: held.shift ?? false, ctrlKey: held.ctrl ?? false },
  ...{ altKey: held.alt ?? false, metaKey: held.meta ?? false },
});

describe('the shortcuts', () => {
  it('are each one action’s', () => {
    const all = Object.values(SHORTCUTS)
      .flat()
      .map((one: Shortcut) => `${one.code ?? one.sign} ${one.shift ?? false} ${one.control ?? false}`);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are found by the key’s place under a Korean layout, and by the sign where it lies elsewhere', () => {
    expect(actionOf(stroke('KeyN', 'ㅜ'))).toBe('next');
    expect(actionOf(stroke('Minus', '?', { shift: true }))).toBe('help');
  });

  it('tell U from Shift U and Ctrl Z from Ctrl Shift Z, and leave the browser’s own alone', () => {
    expect(actionOf(stroke('KeyU', 'u'))).toBe('undo');
    expect(actionOf(stroke('KeyU', 'U', { shift: true }))).toBe('redo');
    expect(actionOf(stroke('KeyZ', 'z', { ctrl: true }))).toBe('undo');
    expect(actionOf(stroke('KeyZ', 'Z', { meta: true, shift: true }))).toBe('redo');
    expect(actionOf(stroke('KeyN', 'n', { ctrl: true }))).toBe(null);
    expect(actionOf(stroke('KeyP', 'p', { alt: true }))).toBe(null);
  });
});
