import type { TaskAttempt } from '../rows.ts';

export interface QueueCounts {
  /** Added and not taken. */
  readonly waiting: number;
  /** Being worked on, or left by a worker that died. */
  readonly active: number;
}

/**
 * Works on one job. The signal is aborted when the queue no longer counts the job as ours. A handler that throws only
 * loses the job: what becomes of the task is decided in Postgres, so catch and use Tasks.fail.
 */
export type TaskHandler = (job: TaskAttempt, signal: AbortSignal) => Promise<void>;

export interface ProcessOptions {
  /** How many handlers run at once. */
  readonly concurrency: number;
}

/** A running consumer. `close` takes no more jobs and waits for the handlers in hand. */
export interface TaskConsumer extends AsyncDisposable {
  close(): Promise<void>;
}

/**
 * Carries task ids from the dispatcher to the workers, at least once and by priority; it records nothing. `attempt` of a
 * job is the task's count of claims when it was queued: it makes the job's id unique, the claim makes the next attempt.
 */
export interface TaskQueue extends AsyncDisposable {
  /**
   * Adds a job; adding one that is in the queue already does nothing. `priority` 1 is served first; equal ones in the
   * order of their adding. Throws QUEUE_UNAVAILABLE within a second when the queue cannot be reached.
   */
  add(job: TaskAttempt, priority: number): Promise<void>;
  process(handler: TaskHandler, options: ProcessOptions): TaskConsumer;
  counts(): Promise<QueueCounts>;
  close(): Promise<void>;
}
