import { type MutableRef, useEffect, useRef } from 'preact/hooks';
import { reviewRequests } from '../server/review-requests.ts';
import { AttentionClock } from './attention.ts';

const REPORT_MS = 20_000;

/**
 * Reports how long a reader looks at the slide of an open review; null: of none. Once `isOver` nothing is reported any
 * more. Returns what reports now.
 */
export function useAttention(reviewId: string | null, isOver: () => boolean): MutableRef<() => Promise<void>> {
  const report = useRef(async (): Promise<void> => {});
  const over = useRef(isOver);
  over.current = isOver;
  useEffect(() => {
    if (reviewId === null) return;
    const clock = new AttentionClock();
    const act = (): void => clock.act(Date.now());
    const send = async (): Promise<void> => {
      const periods = clock.drain(Date.now());
      if (periods.length === 0 || over.current()) return;
      await reviewRequests.attend(reviewId, periods).catch(() => clock.restore(periods));
    };
    const hide = (): void => {
      if (document.visibilityState === 'hidden') {
        clock.leave(Date.now());
        void send();
      } else act();
    };
    report.current = send;
    act();
    const events = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
    for (const event of events) addEventListener(event, act, { passive: true });
    document.addEventListener('visibilitychange', hide);
    const timer = setInterval(() => void send(), REPORT_MS);
    return () => {
      for (const event of events) removeEventListener(event, act);
      document.removeEventListener('visibilitychange', hide);
      clearInterval(timer);
      clock.leave(Date.now());
      void send();
      report.current = async () => {};
    };
  }, [reviewId]);
  return report;
}
