import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { IdleThreads } from '@gigascope/processes';
import { describe, expect, it } from 'vitest';

/** Answers every message with what it was. */
const ECHO = new URL(
  `data:text/javascript,${encodeURIComponent(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', (m) => parentPort.postMessage(m));",
  )}`,
);

async function ask(thread: Worker, question: number): Promise<number> {
  const answer = once(thread, 'message');
  thread.postMessage(question);
  return (await answer)[0];
}

describe('threads that wait for work', () => {
  it('are taken again, the one that came last first, and end where as many wait as may', async () => {
    await using threads = new IdleThreads(ECHO, { most: 2 });
    const [a, b, c] = [threads.take(), threads.take(), threads.take()];
    expect(await Promise.all([ask(a, 1), ask(b, 2), ask(c, 3)])).toEqual([1, 2, 3]);
    for (const each of [a, b, c]) await threads.giveBack(each);
    // Node's number for a thread that has ended.
    expect([a, b, c].map(({ threadId }) => threadId > 0)).toEqual([true, true, false]);
    expect([threads.take(), threads.take()]).toEqual([b, a]);
    expect(await ask(b, 4)).toBe(4);
    for (const each of [a, b]) await threads.giveBack(each);
  });

  it('are told to cool down where more wait than may stay warm, those that wait longest', async () => {
    const cooled: Worker[] = [];
    await using threads = new IdleThreads(ECHO, { most: 4, warm: 1, cool: (thread) => cooled.push(thread) });
    const [a, b, c] = [threads.take(), threads.take(), threads.take()];
    await threads.giveBack(a);
    expect(cooled).toEqual([]);
    await threads.giveBack(b);
    await threads.giveBack(c);
    expect(cooled.map((thread) => [a, b, c].indexOf(thread))).toEqual([0, 1]);
    expect(threads.take()).toBe(c);
  });
});
