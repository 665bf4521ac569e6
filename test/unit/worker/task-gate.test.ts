import { expect, it } from 'vitest';
import { TaskGate } from '../../../services/worker/src/task-gate.ts';

/** A task that notes when it begins and ends when told. */
function task(name: string, log: string[]): { run: () => Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    end: resolve,
    run: async () => {
      log.push(name);
      await promise;
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('runs 2 tasks together, a third alone after both, and a fourth only after that', async () => {
  const gate = new TaskGate();
  const log: string[] = [];
  const [a, b, alone, d] = ['a', 'b', 'alone', 'd'].map((name) => task(name, log));
  const all = [gate.run(false, a?.run ?? settled), gate.run(false, b?.run ?? settled)];
  all.push(gate.run(true, alone?.run ?? settled), gate.run(false, d?.run ?? settled));
  await settled();
  expect(log).toEqual(['a', 'b']);
  a?.end();
  await settled();
  expect(log).toEqual(['a', 'b']);
  b?.end();
  await settled();
  expect(log).toEqual(['a', 'b', 'alone']);
  alone?.end();
  await settled();
  expect(log).toEqual(['a', 'b', 'alone', 'd']);
  d?.end();
  await Promise.all(all);
});

it('lets the task that must be alone begin although 100 others keep coming, 2 at a time', async () => {
  const gate = new TaskGate();
  const order: string[] = [];
  const brief = (name: string) => async (): Promise<void> => {
    order.push(name);
    await settled();
  };
  const runs = [gate.run(false, brief('0')), gate.run(true, brief('alone'))];
  for (let at = 1; at <= 100; at += 1) runs.push(gate.run(false, brief(String(at))));
  await Promise.all(runs);
  expect(order.indexOf('alone')).toBe(1);
  expect(order).toHaveLength(102);
});

it('goes on after a task that failed', async () => {
  const gate = new TaskGate();
  await expect(gate.run(true, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await gate.run(true, async () => 7)).toBe(7);
});
