import { longestFirst, type SelfTime } from './cpu-profile.ts';

/** An event of ONNX Runtime's profile; `dur` in microseconds. */
export interface OperatorEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly dur?: number;
  readonly args?: { readonly op_name?: string };
}

const KERNEL = /_kernel_time$/;

/** Time in the kernels of each operator type, the longest first. */
export function operatorTimes(events: readonly OperatorEvent[]): SelfTime[] {
  const totals = new Map<string, number>();
  for (const { cat, name, dur, args } of events) {
    const operator = args?.op_name;
    if (cat !== 'Node' || operator === undefined || name === undefined || !KERNEL.test(name)) continue;
    totals.set(operator, (totals.get(operator) ?? 0) + (dur ?? 0) / 1000);
  }
  return longestFirst(totals);
}
