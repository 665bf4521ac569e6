import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoopOrder, LoopSettings, LoopTime } from './session-loop.ts';

const ENTRY = fileURLToPath(new URL('./session-loop.ts', import.meta.url));
/** Like the childEnvironment of the engine's process. */
const ENVIRONMENT = { ...process.env, MALLOC_ARENA_MAX: '2' };

/** A process that does nothing but `session.run` on a slide's first batches, for as long as it is told. */
export class LoopProcess implements Disposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Waits until its batches are read. `processor`: the only one that it may use. */
  static async start(settings: LoopSettings, processor?: number): Promise<LoopProcess> {
    const child = fork(ENTRY, [JSON.stringify(settings)], { env: ENVIRONMENT, ...boundTo(processor) });
    await once(child, 'message');
    return new LoopProcess(child);
  }

  async run(order: LoopOrder): Promise<LoopTime> {
    this.#child.send(order);
    return (await once(this.#child, 'message'))[0] as LoopTime;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

/** How `fork` starts a process that may use one processor only, and so may all that it starts: by util-linux's taskset. */
function boundTo(processor: number | undefined): { execPath?: string; execArgv?: string[] } {
  return processor === undefined
    ? {}
    : { execPath: 'taskset', execArgv: ['--cpu-list', String(processor), process.execPath] };
}
