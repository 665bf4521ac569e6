import { setTimeout as sleep } from 'node:timers/promises';
import { GigascopeError } from '@gigascope/contracts';
import type { Lock, Locker } from '@tus/server';

const PATIENCE_MS = 10_000;

interface Held {
  readonly askToRelease: () => Promise<void> | void;
  readonly released: Promise<void>;
  readonly release: () => void;
}

/**
 * One request at a time for each upload, within this process. Who comes asks the one before to end, whose line may be long
 * dead, and waits for it 10 s, or UPLOAD_LOCKED. @tus/server's own locks keep a processor busy while they wait.
 */
export class UploadLocks implements Locker {
  readonly #held = new Map<string, Held>();

  newLock(id: string): Lock {
    return {
      lock: (signal, askToRelease) => this.#acquire(id, signal, askToRelease),
      unlock: async () => {
        const held = this.#held.get(id);
        this.#held.delete(id);
        held?.release();
      },
    };
  }

  async #acquire(id: string, signal: AbortSignal, askToRelease: Held['askToRelease']): Promise<void> {
    const late = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    for (let held = this.#held.get(id); held !== undefined; held = this.#held.get(id)) {
      await held.askToRelease();
      const gaveUp = new AbortController();
      await Promise.race([
        held.released,
        sleep(PATIENCE_MS, undefined, { signal: AbortSignal.any([late, gaveUp.signal]) }).catch(() => {}),
      ]);
      gaveUp.abort();
      if (late.aborted) throw new GigascopeError('UPLOAD_LOCKED');
    }
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    this.#held.set(id, { askToRelease, released, release });
  }
}
