import type { Analysis, Slide } from '@gigascope/client';
import { describe, expect, it, test } from 'vitest';
import { entryOf, stateOf } from '../../../services/dashboard/src/worklist/entry.ts';

const analysis = (state: Analysis['state'], score: number | null = null) => ({ state, score }) as Analysis;
const slide = (state: Slide['state'], ...analyses: Analysis[]) =>
  ({ id: '1', state, worklist: { analyses, reviews: [] } }) as unknown as Slide;

describe('a line of the worklist', () => {
  it('keeps its score while a newer analysis runs', () => {
    const { newest, scored, open } = entryOf(slide('ready', analysis('running'), analysis('succeeded', 0.7)));
    expect([newest?.state, scored?.score, open?.state]).toEqual(['running', 0.7, 'running']);
  });

  it('is the same for the same slide, and another once the slide was read anew', () => {
    const known = slide('ready');
    expect(entryOf(known)).toBe(entryOf(known));
    expect(entryOf({ ...known })).not.toBe(entryOf(known));
  });

  test.each([
    ['refused', slide('rejected')],
    ['checking', slide('received')],
    ['checking', slide('verified')],
    ['new', slide('ready')],
    ['new', slide('ready', analysis('canceled'))],
    ['open', slide('ready', analysis('queued'))],
    ['open', slide('ready', analysis('failed'), analysis('running'))],
    ['failed', slide('ready', analysis('failed'), analysis('succeeded'))],
    ['done', slide('ready', analysis('succeeded'))],
  ] as const)('is %s', (state, of) => {
    expect(stateOf(entryOf(of))).toBe(state);
  });

  it('knows no analysis and no review of a slide from a list that was not asked for them', () => {
    const { newest, reviews } = entryOf({ id: '1', state: 'ready' } as Slide);
    expect([newest, reviews]).toEqual([null, null]);
  });
});
