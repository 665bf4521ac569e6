import { CONFIDENCES, type Decision } from '@gigascope/contracts';
import type { DecisionRow, SignedReview } from '@gigascope/store';
import { describe, expect, it } from 'vitest';
import { byServersClock } from '../../../services/api/src/reviews/by-servers-clock.ts';
import { agreementsOf, sideBySide } from '../../../services/api/src/reviews/compare-readers.ts';
import { verdictOf } from '../../../services/api/src/reviews/verdict-of.ts';

const REAL: Decision = { verdict: 'accept', note: '' };
const NONE: Decision = { verdict: 'reject', reason: 'benign', note: '' };

function signed(
  id: string,
  decisions: readonly DecisionRow[],
  {
    purpose = 'first',
    confidence = 'equivocal',
    day = 1,
  }: Partial<{
    purpose: SignedReview['review']['purpose'];
    confidence: SignedReview['content']['confidence'];
    day: number;
  }> = {},
): SignedReview {
  const at = new Date(Date.UTC(2026, 0, day));
  const times = { state: 'signed', openedAt: at, signedAt: at } as const;
  const reader = { readerKind: 'user', readerId: id, readerName: id } as const;
  return {
    review: { id, analysisId: 'a', slideId: 's', ...reader, purpose, version: 3, edition: 1, ...times },
    content: {
      ...{ reviewId: id, edition: 1, confidence, comment: '', timeLimited: false, readingMs: 0, sawOthers: false },
      ...{ amendReason: null, ...times, decisions },
    },
  };
}

const lesions = (decisions: readonly Decision[]): DecisionRow[] =>
  decisions.map((decision, k) => ({ key: `lesion-${k + 1}`, decision }));

describe('two readers compared', () => {
  it('agree on 7 of 10 lesions with kappa 0.4: 4 real to both, 3 to none, 2 to one and 1 to the other', () => {
    const one = lesions([REAL, REAL, REAL, REAL, NONE, NONE, NONE, REAL, REAL, NONE]);
    const other = lesions([REAL, REAL, REAL, REAL, NONE, NONE, NONE, NONE, NONE, REAL]);
    // By chance 0.6 · 0.5 + 0.4 · 0.5 = 0.5; (0.7 − 0.5) / (1 − 0.5) = 0.4.
    const [agreement] = agreementsOf([signed('one', one), signed('other', other)]);
    expect(agreement).toMatchObject({ reviewIds: ['one', 'other'], compared: 10, agreement: 0.7 });
    expect(agreement?.kappa).toBeCloseTo(0.4, 12);
  });

  it('count a moved lesion as a real one, and neither what one added nor what one left undecided', () => {
    const moved: Decision = { verdict: 'moved', to: { xL0: 1, yL0: 2 }, note: '' };
    const added: DecisionRow = {
      key: 'added-00000000-0000-4000-8000-000000000000',
      decision: { verdict: 'added', shape: { kind: 'point', xL0: 1, yL0: 2 }, note: '' },
    };
    const pair = [signed('one', [...lesions([moved, NONE]), added]), signed('other', lesions([REAL]))];
    expect(agreementsOf(pair)).toMatchObject([{ compared: 1, agreement: 1, kappa: null }]);
    expect(sideBySide(pair).map(({ key, differ }) => [key, differ])).toEqual([
      ['lesion-1', true],
      ['lesion-2', true],
      [added.key, true],
    ]);
  });

  it('stand in the order of ranks, 2 before 10, and differ by what they decide, not by their notes', () => {
    const ten = lesions(Array.from({ length: 10 }, () => REAL));
    const noted = lesions(Array.from({ length: 10 }, () => ({ ...REAL, note: 'clear' })));
    const rows = sideBySide([signed('one', ten.toReversed()), signed('other', noted)]);
    expect(rows.map(({ key }) => key)).toEqual(ten.map(({ key }) => key));
    expect(rows.some(({ differ }) => differ)).toBe(false);
  });
});

describe('the verdict', () => {
  it('is the adjudication signed last, else the only review, else none', () => {
    const reads = [signed('one', []), signed('other', [])];
    const adjudications = [1, 3, 2].map((day) => signed(`day ${day}`, [], { purpose: 'adjudication', day }));
    expect(verdictOf([])).toBe(null);
    expect(verdictOf(reads.slice(0, 1))).toMatchObject({ source: 'review', reviewId: 'one' });
    expect(verdictOf(reads)).toBe(null);
    expect(verdictOf([...reads, ...adjudications])).toMatchObject({ source: 'adjudication', reviewId: 'day 3' });
  });

  it('is negative for the first 2 of the 5 steps, nothing for the third, positive for the last 2', () => {
    const verdicts = CONFIDENCES.map((confidence) => verdictOf([signed('one', [], { confidence })])?.positive);
    expect(verdicts).toEqual([false, false, null, true, true]);
  });
});

describe('periods of attention', () => {
  it('are moved by what the sender’s clock is wrong by: 10 minutes fast', () => {
    const sent = {
      sentAt: '2026-01-01T12:10:00Z',
      periods: [{ from: '2026-01-01T12:08:00Z', to: '2026-01-01T12:09:30.5Z' }],
    };
    const [period] = byServersClock(sent, new Date('2026-01-01T12:00:00Z'));
    expect(period?.from.toISOString()).toBe('2026-01-01T11:58:00.000Z');
    expect(period?.to.toISOString()).toBe('2026-01-01T11:59:30.500Z');
  });
});
