import { cpus, platform, totalmem } from 'node:os';

/** What a figure was measured on: processors, memory, system, Node. Says nothing of whose machine it is. */
export function describeMachine(): string {
  const [first, ...others] = cpus();
  const model = (first?.model ?? 'unknown processor').trim().replaceAll(/\s+/g, ' ');
  return `${others.length + 1} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}, Node ${process.versions.node}`;
}
