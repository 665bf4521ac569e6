const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long after each failed attempt the next one is made; about three days in all. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Of a delay, to either side: receivers that failed together are not called together again. */
const JITTER = 0.2;
const LONGEST_PAUSE_MS = 24 * HOUR;

/** The delay after `failures` failed attempts, the first being 1; null when there is to be no other. */
export function retryDelay(failures: number, delays: readonly number[], random = Math.random): number | null {
  const delay = delays[failures - 1];
  return delay === undefined ? null : delay * (1 - JITTER + 2 * JITTER * random());
}

/** What Retry-After asks for: seconds or a date (RFC 9110, 10.2.3); 0 where it says nothing, at most a day. */
export function pauseOf(retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined) return 0;
  const seconds = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now.getTime()) / SECOND;
  return Number.isFinite(seconds) ? Math.min(LONGEST_PAUSE_MS, Math.max(0, seconds * SECOND)) : 0;
}
