import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseOf, RETRY_DELAYS_MS, retryDelay } from '../../../services/api/src/webhooks/retry.ts';

const HOUR = 3_600_000;
const NOW = new Date('2026-11-25T12:00:00Z');

describe('when a webhook is called again', () => {
  it('is after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, then never: 75.6 h in all', () => {
    const middle = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((failures) => retryDelay(failures, RETRY_DELAYS_MS, () => 0.5));
    expect(middle).toEqual(
      [5_000, 300_000, HOUR / 2, 2, 5, 10, 14, 20, 24, null].map((x) => (x && x < 50 ? x * HOUR : x)),
    );
    expect(RETRY_DELAYS_MS.reduce((sum, each) => sum + each, 0) / HOUR).toBeCloseTo(75.585, 3);
  });

  it('lies within 20 % of that, and differs from call to call', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), (failures) => {
        const delay = RETRY_DELAYS_MS[failures - 1] ?? 0;
        const [one, other] = [retryDelay(failures, RETRY_DELAYS_MS), retryDelay(failures, RETRY_DELAYS_MS)];
        expect(Math.abs((one ?? 0) / delay - 1)).toBeLessThanOrEqual(0.2 + 1e-9);
        expect(one).not.toBe(other);
      }),
    );
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 25 Nov 2026 12:10:00 GMT', 600_000],
    ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
    ['999999999', 24 * HOUR],
    ['-5', 0],
    ['soon', 0],
    [undefined, 0],
  ])('Retry-After: %s asks for a pause of %i ms, a day at most', (header, pause) => {
    expect(pauseOf(header, NOW)).toBe(pause);
  });
});
