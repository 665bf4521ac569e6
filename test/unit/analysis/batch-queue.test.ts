import type { Urgency } from '@gigascope/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchQueue, type WaitingBatch } from '../../../packages/analysis/src/batch-queue.ts';
import { compareUrgency } from '../../../packages/analysis/src/urgency.ts';

const BATCH = 4;
const SOON: Urgency = { lane: 0, dueMs: null };
const LATER: Urgency = { lane: 1, dueMs: 5000 };

/** A batch of `count` pictures of 2 bytes; each picture and its slot carry the batch's ticket and the picture's place. */
function waiting(ticket: number, count: number, urgency: Urgency, recycled: number[] = []): WaitingBatch {
  const data = new Uint8Array(BATCH * 2);
  const slots = new Int32Array(count * 2);
  for (let place = 0; place < count; place++) {
    data.set([ticket, place], place * 2);
    slots.set([ticket, place], place * 2);
  }
  return { batch: { data, count, slots }, urgency, recycle: () => recycled.push(ticket) };
}

const drain = (queue: BatchQueue): WaitingBatch[] => {
  const taken: WaitingBatch[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(next);
  return taken;
};

describe('BatchQueue', () => {
  it('serves lane by lane, then the earliest deadline, then who came first', () => {
    const queue = new BatchQueue(BATCH);
    const due = (dueMs: number | null, lane = 1): Urgency => ({ lane, dueMs });
    const order = [due(null), due(900), due(null, 2), due(300), due(300), due(null, 0), due(5, 2)];
    for (const [ticket, urgency] of order.entries()) queue.add(waiting(ticket, BATCH, urgency));
    expect(drain(queue).map(({ batch }) => batch.slots[0])).toEqual([5, 3, 4, 1, 0, 6, 2]);
  });

  it('fills the urgent slide’s last batch with pictures of others that are partly filled, and gives their buffers back', () => {
    const queue = new BatchQueue(BATCH);
    const recycled: number[] = [];
    for (const [ticket, count, urgency] of [
      [1, BATCH, LATER],
      [2, 3, LATER],
      [3, 2, LATER],
      [4, 1, SOON],
      [5, 1, LATER],
    ] as const)
      queue.add(waiting(ticket, count, urgency, recycled));
    const [first, ...rest] = drain(queue);
    expect([...(first?.batch.slots ?? [])]).toEqual([4, 0, 2, 0, 2, 1, 2, 2]);
    expect([...(first?.batch.data ?? [])]).toEqual([4, 0, 2, 0, 2, 1, 2, 2]);
    expect(recycled).toEqual([2, 5]);
    expect(rest.map(({ batch }) => [...batch.slots])).toEqual([
      [1, 0, 1, 1, 1, 2, 1, 3],
      [3, 0, 3, 1, 5, 0],
    ]);
  });

  it('loses, doubles and mixes up no picture, whatever comes when', () => {
    const urgency = fc.record({
      lane: fc.integer({ min: 0, max: 2 }),
      dueMs: fc.option(fc.integer({ min: 0, max: 5 })),
    });
    const step = fc.oneof(
      fc.record({ count: fc.integer({ min: 1, max: BATCH }), urgency }),
      fc.constant('take' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new BatchQueue(BATCH);
        const recycled: number[] = [];
        const [sent, got]: [string[], string[]] = [[], []];
        const take = (): boolean => {
          const next = queue.take();
          if (next === undefined) return false;
          const { batch } = next;
          expect(batch.slots.length).toBe(batch.count * 2);
          for (let i = 0; i < batch.count; i++) {
            expect([...batch.data.subarray(2 * i, 2 * i + 2)]).toEqual([...batch.slots.subarray(2 * i, 2 * i + 2)]);
            got.push(batch.slots.subarray(2 * i, 2 * i + 2).join());
          }
          next.recycle(batch.data);
          return true;
        };
        for (const [ticket, each] of steps.entries()) {
          if (each === 'take') take();
          else {
            queue.add(waiting(ticket, each.count, each.urgency, recycled));
            for (let place = 0; place < each.count; place++) sent.push(`${ticket},${place}`);
          }
        }
        while (take());
        expect(got.toSorted()).toEqual(sent.toSorted());
        expect(recycled.toSorted()).toEqual(
          steps.flatMap((each, ticket) => (each === 'take' ? [] : [ticket])).toSorted(),
        );
      }),
    );
  });
});

it('compareUrgency orders without a deadline behind any deadline of the same lane', () => {
  expect(compareUrgency({ lane: 1, dueMs: null }, { lane: 1, dueMs: 7 })).toBeGreaterThan(0);
  expect(compareUrgency({ lane: 1, dueMs: null }, { lane: 1, dueMs: null })).toBe(0);
  expect(compareUrgency({ lane: 0, dueMs: null }, { lane: 1, dueMs: 0 })).toBeLessThan(0);
});
