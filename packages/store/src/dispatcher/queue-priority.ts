import type { QueuedTask } from './pick-tasks.ts';

const LANES = ['stat', 'routine', 'research'] as const;
/** Of equal tasks, the one that completes a slide first, and the one that opens another last. */
const KINDS = ['finish', 'block', 'plan'] as const;
const PRIORITIES = 101;

/** BullMQ's priority, 1 first: a stat slide overtakes what is queued already, too. */
export function queuePriority({ lane, priority, kind }: Pick<QueuedTask, 'lane' | 'priority' | 'kind'>): number {
  const rank = LANES.indexOf(lane) * PRIORITIES + (PRIORITIES - 1 - priority);
  return 1 + rank * KINDS.length + KINDS.indexOf(kind);
}
