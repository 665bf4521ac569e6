import type { Decision } from '@gigascope/contracts';
import { describe, expect, it } from 'vitest';
import {
  differenceOf,
  NOTHING_SAID,
  nextBatch,
  type Pending,
  type Value,
  withChanges,
  withoutSent,
} from '../../../services/dashboard/src/review/draft.ts';
import { DraftMemory } from '../../../services/dashboard/src/review/draft-memory.ts';

const ACCEPT: Decision = { verdict: 'accept', note: '' };
const FOLD: Decision = { verdict: 'reject', reason: 'artefact', note: 'fold' };
const pending = (changes: Record<string, Value>): Pending => new Map(Object.entries(changes));

describe('what a reader says', () => {
  it('is sent decisions first, 50 at a time, then the fields', () => {
    const all = pending({
      confidence: 'equivocal',
      ...Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`lesion-${k + 1}`, ACCEPT])),
    });
    const first = nextBatch(all);
    expect([first?.of, first?.changes.size]).toEqual(['decisions', 50]);
    const rest = withoutSent(all, first?.changes ?? new Map());
    expect(nextBatch(rest)?.changes.size).toBe(10);
    const last = nextBatch(withoutSent(rest, nextBatch(rest)?.changes ?? new Map()));
    expect([last?.of, last?.changes.get('confidence')]).toEqual(['fields', 'equivocal']);
    expect(nextBatch(new Map())).toBe(null);
  });

  it('stays pending where it was changed again while it was sent', () => {
    const rest = withoutSent(
      pending({ 'lesion-1': FOLD, 'lesion-2': ACCEPT }),
      pending({ 'lesion-1': ACCEPT, 'lesion-2': ACCEPT }),
    );
    expect([...rest]).toEqual([['lesion-1', FOLD]]);
  });

  it('differs from another window’s only where both changed the same to something else', () => {
    const base = withChanges(NOTHING_SAID, pending({ 'lesion-1': ACCEPT, comment: 'as it was' }));
    const theirs = withChanges(base, pending({ 'lesion-1': FOLD, 'lesion-3': ACCEPT, confidence: 'equivocal' }));
    const mine = pending({ 'lesion-1': null, 'lesion-2': ACCEPT, confidence: 'equivocal' });
    expect(differenceOf(base, theirs, mine)).toEqual({ both: ['lesion-1'], isOwnEcho: false });
  });

  it('is an echo of its own where all that changed there was sent from here, whatever the order of fields', () => {
    const theirs = withChanges(
      NOTHING_SAID,
      pending({ 'lesion-1': { note: 'fold', reason: 'artefact', verdict: 'reject' } }),
    );
    const mine = pending({ 'lesion-1': FOLD, 'lesion-2': ACCEPT });
    expect(differenceOf(NOTHING_SAID, theirs, mine)).toEqual({ both: [], isOwnEcho: true });
  });
});

describe('drafts in the browser', () => {
  const draft = { version: 3, pending: pending({ 'lesion-1': ACCEPT }), before: pending({ 'lesion-1': null }) };

  it('are found by the same window again, and not by another that is open', () => {
    const memory = fakeStorage();
    new DraftMemory('r', memory, 'a').keep(draft, 0);
    expect(new DraftMemory('r', memory, 'b').take(10_000)).toBe(null);
    expect(new DraftMemory('other', memory, 'a').take(10_000)).toBe(null);
    expect(new DraftMemory('r', memory, 'a').take(10_000)).toEqual(draft);
  });

  it('are taken over once their window has not been heard of for 15 s', () => {
    const memory = fakeStorage();
    new DraftMemory('r', memory, 'a').keep(draft, 0);
    expect(new DraftMemory('r', memory, 'b').take(15_001)).toEqual(draft);
    expect(new DraftMemory('r', memory, 'c').take(15_002)).toBe(null);
  });

  it('are gone once nothing is pending, and a damaged one is none', () => {
    const memory = fakeStorage();
    const own = new DraftMemory('r', memory, 'a');
    own.keep(draft, 0);
    own.keep({ ...draft, pending: new Map() }, 1);
    expect(memory.length).toBe(0);
    memory.setItem('gigascope.draft.r.a', '{"version":');
    expect(own.take(2)).toBe(null);
  });
});

function fakeStorage() {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (k: number) => [...items.keys()][k] ?? null,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
}
