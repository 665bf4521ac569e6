import fc from 'fast-check';
import { expect, it } from 'vitest';
import { queuePriority } from '../../../packages/store/src/dispatcher/queue-priority.ts';

const lanes = ['stat', 'routine', 'research'] as const;
const kinds = ['finish', 'block', 'plan'] as const;
const task = fc.record({
  lane: fc.constantFrom(...lanes),
  priority: fc.integer({ min: 0, max: 100 }),
  kind: fc.constantFrom(...kinds),
});

it('orders any 2 tasks by lane, then the larger priority, then finish before block before plan (property)', () => {
  fc.assert(
    fc.property(task, task, (a, b) => {
      const expected =
        lanes.indexOf(a.lane) - lanes.indexOf(b.lane) ||
        b.priority - a.priority ||
        kinds.indexOf(a.kind) - kinds.indexOf(b.kind);
      expect(Math.sign(queuePriority(a) - queuePriority(b))).toBe(Math.sign(expected));
    }),
  );
});

it('stays within what BullMQ takes: 1 for the first of all, 909 for the last', () => {
  expect(queuePriority({ lane: 'stat', priority: 100, kind: 'finish' })).toBe(1);
  expect(queuePriority({ lane: 'research', priority: 0, kind: 'plan' })).toBe(909);
});
