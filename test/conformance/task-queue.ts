import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskAttempt, TaskQueue } from '@gigascope/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const ids = (count: number): TaskAttempt[] =>
  Array.from({ length: count }, () => ({ taskId: randomUUID(), attempt: 0 }));
const soon = { timeout: 30_000, interval: 20 };

export interface QueueUnderTest extends AsyncDisposable {
  /** Opens a queue that is empty at first. */
  open(): Promise<TaskQueue>;
  empty(): Promise<void>;
  /** The server goes away, and comes back. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** What every queue must do, whatever carries it. */
export function describeQueue(name: string, make: () => Promise<QueueUnderTest>): void {
  describe(`the queue on ${name}`, () => {
    let made: QueueUnderTest;
    beforeAll(async () => {
      made = await make();
    });
    beforeEach(() => made.empty());
    afterAll(() => made[Symbol.asyncDispose]());

    it('hands 100 jobs to 3 consumers, each once', async () => {
      await using queue = await made.open();
      const jobs = ids(100);
      for (const job of jobs) await queue.add(job, 1);
      expect(await queue.counts()).toEqual({ waiting: 100, active: 0 });
      const seen: TaskAttempt[] = [];
      for (let i = 0; i < 3; i++) queue.process(async (job) => void seen.push(job), { concurrency: 4 });
      await vi.waitFor(() => expect(seen.length).toBe(100), soon);
      await vi.waitFor(async () => expect(await queue.counts()).toEqual({ waiting: 0, active: 0 }), soon);
      const sorted = (all: readonly TaskAttempt[]) => all.map(({ taskId }) => taskId).toSorted();
      expect(sorted(seen)).toEqual(sorted(jobs));
      expect(seen[0]).toEqual({ taskId: expect.any(String), attempt: 0 });
    });

    it('keeps one job when the same attempt is added 3 times, and another for the next attempt', async () => {
      await using queue = await made.open();
      const [job] = ids(1) as [TaskAttempt];
      for (let i = 0; i < 3; i++) await queue.add(job, 1);
      await queue.add({ ...job, attempt: 1 }, 1);
      expect(await queue.counts()).toEqual({ waiting: 2, active: 0 });
    });

    it('takes a job that was done before when it is added again', async () => {
      await using queue = await made.open();
      const [job] = ids(1) as [TaskAttempt];
      const seen: TaskAttempt[] = [];
      queue.process(async (each) => void seen.push(each), { concurrency: 1 });
      for (let times = 1; times <= 3; times++) {
        await queue.add(job, 1);
        await vi.waitFor(() => expect(seen.length).toBe(times), soon);
        await vi.waitFor(async () => expect(await queue.counts()).toEqual({ waiting: 0, active: 0 }), soon);
      }
    });

    it('serves 60 jobs of 3 priorities lowest number first, equal ones in the order of adding', async () => {
      await using queue = await made.open();
      const jobs = ids(60).map((job, i) => ({ job, priority: [7, 1, 909][i % 3] as number }));
      for (const { job, priority } of jobs) await queue.add(job, priority);
      const seen: string[] = [];
      queue.process(async ({ taskId }) => void seen.push(taskId), { concurrency: 1 });
      await vi.waitFor(() => expect(seen.length).toBe(60), soon);
      expect(seen).toEqual(jobs.toSorted((a, b) => a.priority - b.priority).map(({ job }) => job.taskId));
    });

    it('goes on after 5 handlers of 10 threw, and leaves nothing of them', async () => {
      await using queue = await made.open();
      let calls = 0;
      queue.process(
        async () => {
          if (++calls % 2 === 0) throw new Error('on purpose');
        },
        { concurrency: 2 },
      );
      for (const job of ids(10)) await queue.add(job, 1);
      await vi.waitFor(() => expect(calls).toBe(10), soon);
      await vi.waitFor(async () => expect(await queue.counts()).toEqual({ waiting: 0, active: 0 }), soon);
    });

    it('waits for the 2 handlers in hand when a consumer closes, and takes no third', async () => {
      await using queue = await made.open();
      let started = 0;
      let ended = 0;
      const consumer = queue.process(
        async () => {
          started++;
          await sleep(600);
          ended++;
        },
        { concurrency: 2 },
      );
      for (const job of ids(5)) await queue.add(job, 1);
      await vi.waitFor(() => expect(started).toBe(2), soon);
      await consumer.close();
      expect([started, ended]).toEqual([2, 2]);
      await sleep(300);
      expect([started, ended]).toEqual([2, 2]);
      expect((await queue.counts()).waiting).toBe(3);
    });

    it('refuses an add within 6 s while its server is gone, and delivers 25 of 25 over 2 outages', async () => {
      await using queue = await made.open();
      const jobs = ids(25);
      for (const job of jobs.slice(0, 10)) await queue.add(job, 1);
      // An append-only file that is synced each second may lose the last one.
      await sleep(1_200);
      const seen = new Set<string>();
      await made.stop();
      const asked = Date.now();
      await expect(queue.add(jobs[10] as TaskAttempt, 1)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
      expect(Date.now() - asked).toBeLessThan(6_000);
      queue.process(async ({ taskId }) => void seen.add(taskId), { concurrency: 2 });
      await sleep(500);
      await made.start();
      for (const job of jobs.slice(10, 20)) await vi.waitFor(() => queue.add(job, 1), soon);
      await vi.waitFor(() => expect(seen.size).toBe(20), soon);
      await made.stop();
      await made.start();
      for (const job of jobs.slice(20)) await vi.waitFor(() => queue.add(job, 1), soon);
      await vi.waitFor(() => expect(seen.size).toBe(25), soon);
    });
  });
}
