import { IdleThreads } from '@gigascope/processes';
import type { ToSlideThread } from './thread-messages.ts';

/** As many slides as a busy worker has open. An idle thread that keeps its memory holds 80 MB, another one a tenth of that. */
const IDLE = { most: 8, warm: 2 };
const COOL: ToSlideThread = { kind: 'cool' };

/** Threads that hold one slide open at a time, one slide after the other. */
export class ReaderThreads extends IdleThreads {
  constructor() {
    super(new URL('./slide-thread.worker.ts', import.meta.url), {
      ...IDLE,
      cool: (thread) => thread.postMessage(COOL),
    });
  }
}
