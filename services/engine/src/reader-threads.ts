import { IdleThreads } from '@gigascope/processes';

const MAX_IDLE = 2;

/** Threads that hold one slide open at a time, one slide after the other. */
export class ReaderThreads extends IdleThreads {
  constructor() {
    super(new URL('./slide-thread.worker.ts', import.meta.url), MAX_IDLE);
  }
}
