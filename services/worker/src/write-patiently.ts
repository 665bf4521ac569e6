import { setTimeout as sleep } from 'node:timers/promises';
import { GigascopeError } from '@gigascope/contracts';

const PATIENCE_MS = 60_000;
const RETRY_MS = 250;

/** 'unknown': refused now, after a try whose answer was lost, so it may have been written then. */
export type WriteOutcome = 'written' | 'refused' | 'unknown';

/**
 * Writes what was computed although Postgres is away for a while: doing it again costs more than waiting.
 * @param write answers false when the attempt is no longer ours.
 * @throws GigascopeError DATABASE_UNAVAILABLE when Postgres stays away for a minute, or the worker stops meanwhile.
 */
export async function writePatiently(write: () => Promise<boolean>, signal: AbortSignal): Promise<WriteOutcome> {
  let unanswered = false;
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    try {
      if (await write()) return 'written';
      return unanswered ? 'unknown' : 'refused';
    } catch (error) {
      const away = error instanceof GigascopeError && error.code === 'DATABASE_UNAVAILABLE';
      if (!away || signal.aborted || performance.now() > deadline) throw error;
      unanswered = true;
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}
