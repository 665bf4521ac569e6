import type { Analysis, ReviewSummary, Slide } from '@gigascope/client';
import { describe, expect, it, test } from 'vitest';
import { arranged, passesReview, stateOf, urgencyOf } from '../../../services/dashboard/src/worklist/arrange.ts';
import { awaitsReview, bySlide, entryOf, type WorklistEntry } from '../../../services/dashboard/src/worklist/entry.ts';

const ME = 'me';
const reader = (id: string) => ({ kind: 'user' as const, id, name: id });

const slide = (id: string, own: Partial<Slide> = {}): Slide => ({
  ...{ id, name: `${id}.svs`, otherNames: [], state: 'ready', sizeBytes: 1, sha256: '', metadata: null, error: null },
  ...{ caseRef: null, patientRef: null, blockRef: null, legalHold: false, claimedBy: null },
  createdAt: '2026-01-01T00:00:00.000Z',
  ...own,
});

let made = 0;
const analysis = (slideId: string, own: Partial<Analysis> = {}): Analysis => ({
  ...{
    id: `a${++made}`,
    slideId,
    model: { name: 'm', version: '1' },
    state: 'succeeded',
    lane: 'routine',
    priority: 0,
  },
  ...{ deadline: null, batchId: null, rerunOf: null, error: null, score: null, scoreMeaning: null, positive: null },
  progress: {
    ...{ stage: 'queued', blocksDone: 0, blocksTotal: 0, cellsDone: 0, cellsTotal: 0, patchesPerSecond: null },
    ...{ etaSeconds: null, queuePosition: null },
  },
  ...{ createdAt: '', startedAt: null, finishedAt: null },
  ...own,
});
const scored = (id: string, score: number, meaning: Analysis['scoreMeaning'] = 'highest-probability') =>
  analysis(id, { score, scoreMeaning: meaning });

const entries = (slides: readonly Slide[], analyses: readonly Analysis[], model: string | null = null) =>
  slides.map((each) => entryOf(each, bySlide(analyses), model));
const thresholdOf = () => 0.4;
const namesOf = (list: readonly WorklistEntry[]): string => list.map((entry) => entry.slide.id).join('');

describe('five slides', () => {
  const list = entries(
    [slide('1', { name: 'b10' }), slide('2', { name: 'b9' }), slide('3'), slide('4'), slide('5')],
    [
      scored('1', 0.9),
      scored('2', 0.45),
      scored('3', 1, 'banff-grade'),
      analysis('4', { state: 'queued', lane: 'stat' }),
      analysis('5', { state: 'running', priority: 50 }),
    ],
  );

  test.each([
    ['score', '12354', 'grade 1 of 3 is 0.33'] as const,
    ['uncertainty', '21543', 'margins 0.05 and 0.5; the rest newest first'] as const,
    ['priority', '45321', 'stat, then 50 in routine'] as const,
    ['newest', '54321', ''] as const,
    ['oldest', '12345', ''] as const,
    ['name', '34521', 'b9 before b10'] as const,
  ])('by %s are %s %s', (sort, expected, _why) => {
    expect(namesOf(arranged(list, sort, thresholdOf))).toBe(expected);
  });
});

describe('a slide', () => {
  it('keeps its score while a newer analysis runs, by the model that is chosen', () => {
    const newest = [
      analysis('1', { state: 'running' }),
      { ...scored('1', 0.7), model: { name: 'other', version: '1' } },
      scored('1', 0.2),
    ];
    const [any, other] = [entries([slide('1')], newest)[0], entries([slide('1')], newest, 'other')[0]];
    expect([any?.open?.state, any?.scored?.score]).toEqual(['running', 0.7]);
    expect([other?.open, other?.scored?.score]).toEqual([null, 0.7]);
  });

  test.each([
    ['refused', slide('1', { state: 'rejected' }), []],
    ['checking', slide('1', { state: 'verified' }), []],
    ['new', slide('1'), []],
    ['new', slide('1'), [analysis('1', { state: 'canceled' })]],
    ['open', slide('1'), [analysis('1', { state: 'queued' })]],
    ['failed', slide('1'), [analysis('1', { state: 'failed' })]],
    ['done', slide('1'), [analysis('1')]],
  ] as const)('is %s', (state, of, analyses) => {
    expect(entries([of], analyses).map(stateOf)).toEqual([state]);
  });

  it('is as urgent as its open analysis: stat before any priority', () => {
    const [stat, high, none] = entries(
      [slide('1'), slide('2'), slide('3')],
      [analysis('1', { state: 'queued', lane: 'stat' }), analysis('2', { priority: 100 })],
    ).map(urgencyOf);
    expect(stat).toBeGreaterThan(high ?? 0);
    expect(none).toBe(null);
  });
});

describe('the filter by review', () => {
  const review = (state: 'open' | 'signed', own: boolean) => ({ state, own }) as ReviewSummary;
  const claimed = (by: string) => slide('1', { claimedBy: { slideId: '1', by: reader(by), claimedAt: '', until: '' } });

  test.each([
    ['nobody’s', slide('1'), [], ['todo']],
    ['claimed by me', claimed(ME), [], ['todo', 'mine', 'claimed']],
    ['claimed by another', claimed('other'), [], ['todo', 'claimed']],
    ['begun by me', slide('1'), [review('open', true)], ['todo', 'mine']],
    ['begun by another', slide('1'), [review('open', false)], ['todo']],
    ['signed', slide('1'), [review('signed', false)], ['signed']],
    ['not known yet', slide('1'), undefined, []],
  ] as const)('takes a slide that is %s', (_, of, reviews, expected) => {
    const [entry] = entries([of], [analysis('1')]);
    if (!entry) throw new Error('no entry');
    const filters = ['todo', 'mine', 'claimed', 'signed'] as const;
    expect(filters.filter((filter) => passesReview(entry, reviews, filter, ME))).toEqual(expected);
    expect(awaitsReview(entry, reviews)).toBe(of.claimedBy === null && reviews?.length === 0);
  });
});
