import { describe, expect, it, test } from 'vitest';
import {
  allOrNone,
  extended,
  NOTHING,
  stillListed,
  toggled,
} from '../../../services/dashboard/src/worklist/selection.ts';
import { tableKey } from '../../../services/dashboard/src/worklist/table-key.ts';
import {
  DEFAULT_VIEW,
  isFiltered,
  parseView,
  searchOf,
  type WorklistView,
} from '../../../services/dashboard/src/worklist/view.ts';

describe('the view in the address', () => {
  it('is nothing for the usual view', () => {
    expect(searchOf(DEFAULT_VIEW)).toBe('');
    expect(parseView('')).toEqual(DEFAULT_VIEW);
  });

  it('comes back as it was written, with all 8 parts', () => {
    const view: WorklistView = {
      ...{ sort: 'uncertainty', text: 'C 17&b=2', state: 'done', review: 'todo', model: 'metastasis' },
      ...{ caseRef: '2026/117', from: '2026-02-01', to: '2026-02-28' },
    };
    expect(parseView(searchOf(view))).toEqual(view);
    expect(isFiltered(view)).toBe(true);
  });

  test.each(['?sort=colour', '?state=gone', '?review=x', '?from=2026-13-99', '?from=yesterday', '?unknown=1'])(
    'that says %s is the usual one',
    (search) => {
      expect(parseView(search)).toEqual(DEFAULT_VIEW);
    },
  );

  it('cuts a search of 5,000 letters to 100', () => {
    expect(parseView(`?q=${'x'.repeat(5000)}`).text).toHaveLength(100);
  });

  it('is not filtered by an order or a model alone', () => {
    expect(isFiltered({ ...DEFAULT_VIEW, sort: 'name', model: 'metastasis' })).toBe(false);
  });
});

describe('a selection among a, b, c, d', () => {
  const order = ['a', 'b', 'c', 'd'];
  const ids = (selection: { ids: ReadonlySet<string> }): string[] => [...selection.ids].toSorted();

  it('holds one, and none when it is chosen again', () => {
    const one = toggled(NOTHING, 'b');
    expect(ids(one)).toEqual(['b']);
    expect(ids(toggled(one, 'b'))).toEqual([]);
  });

  it('draws a range downwards and upwards from where it began', () => {
    const from = toggled(NOTHING, 'c');
    expect(ids(extended(from, 'd', order))).toEqual(['c', 'd']);
    expect(ids(extended(from, 'a', order))).toEqual(['a', 'b', 'c']);
    expect(ids(extended(NOTHING, 'b', order))).toEqual(['b']);
    expect(ids(extended(from, 'gone', order))).toEqual(['c']);
  });

  it('holds all, and none when it held all', () => {
    const all = allOrNone(toggled(NOTHING, 'a'), order);
    expect(ids(all)).toEqual(order);
    expect(ids(allOrNone(all, order))).toEqual([]);
  });

  it('loses what is no longer listed', () => {
    const all = allOrNone(NOTHING, order);
    expect(ids(stillListed(all, new Set(['b', 'x'])))).toEqual(['b']);
    expect(stillListed(all, new Set(order))).toBe(all);
  });
});

describe('a key on line 3 of 10 with 4 in sight', () => {
  const table = new EventTarget();
  const press = (key: string, held: Partial<KeyboardEvent> = {}, target: EventTarget = table) =>
    tableKey(
      { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held, target, currentTarget: table },
      ...([2, 10, 4] as const),
    );

  test.each([
    ['ArrowDown', 3],
    ['ArrowUp', 1],
    ['PageDown', 6],
    ['PageUp', 0],
    ['Home', 0],
  ])('%s moves to index %d', (key, to) => {
    expect(press(key)).toEqual({ kind: 'move', to, ranged: false });
    expect(press(key, { shiftKey: true })).toEqual({ kind: 'move', to, ranged: true });
  });

  it('End moves to the last of all, loaded or not', () => {
    expect(press('End')).toEqual({ kind: 'last', ranged: false });
    expect(press('End', { shiftKey: true })).toEqual({ kind: 'last', ranged: true });
  });

  test.each([
    ['Enter', 'open'],
    [' ', 'choose'],
    ['c', 'claim'],
    ['Escape', 'clear'],
  ])('%j means %s', (key, kind) => {
    expect(press(key)).toEqual({ kind });
  });

  it('is left alone with Alt, with Ctrl but for A, and in a button', () => {
    expect(press('ArrowDown', { altKey: true })).toBe(null);
    expect(press('c', { ctrlKey: true })).toBe(null);
    expect(press('a', { ctrlKey: true })).toEqual({ kind: 'chooseAll' });
    expect(press('Enter', {}, new EventTarget())).toBe(null);
  });
});
