import { basename } from 'node:path';

/** What V8's sampling profiler writes for one thread (.cpuprofile). */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** Of the function on top of the stack at each sample. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  readonly ms: number;
}

/** Waiting for the event loop, and the writing of these very profiles when the process ends, are no work of a thread's. */
const NO_WORK = ['(idle)', 'reallyExit'];

/** Self time of each function, the longest first, without waiting. Native code counts for the function that called it. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const totals = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '(unknown)';
    // A sample stands for the time until the next one.
    totals.set(name, (totals.get(name) ?? 0) + (timeDeltas[at + 1] ?? 0) / 1000);
  }
  for (const name of NO_WORK) totals.delete(name);
  return longestFirst(totals);
}

/** The entry file of a thread, by the project's own files that it ran: what a person knows it by. */
export function threadName({ nodes }: CpuProfile, entries: Readonly<Record<string, string>>): string {
  const files = new Set(nodes.map(({ callFrame }) => callFrame.url));
  const entry = Object.keys(entries).find((end) => [...files].some((url) => url.endsWith(end)));
  return entry === undefined ? 'another thread' : (entries[entry] ?? entry);
}

export function longestFirst(totals: ReadonlyMap<string, number>): SelfTime[] {
  return [...totals].map(([name, ms]) => ({ name, ms })).toSorted((a, b) => b.ms - a.ms);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} (${basename(url)}:${lineNumber + 1})`;
}
