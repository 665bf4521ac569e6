import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GigascopeError } from '@gigascope/contracts';
import type { Engine } from '../engine.ts';
import type { FromHost } from '../engine-protocol.ts';
import type { EngineOptions } from '../options.ts';
import { type EngineHost, engineOver } from '../remote-engine.ts';

const ENTRY = fileURLToPath(new URL('./tfjs-process.ts', import.meta.url));

/**
 * Opens a TensorFlow.js model in a process of its own: its runs block their thread, and its native library, which nobody
 * maintains any more, can end that process only. Batches go over as copies. The process ends with this one.
 */
export async function createTfjsProcessEngine(options: EngineOptions): Promise<Engine> {
  const child = fork(ENTRY, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.send(options);
  return await engineOverProcess(child, options);
}

/** An engine over any forked process that speaks the protocol; waits until it is ready. */
export async function engineOverProcess(child: ChildProcess, options: EngineOptions): Promise<Engine> {
  return await engineOver(processHost(child), options);
}

function processHost(child: ChildProcess): EngineHost {
  return {
    send: (message) => {
      // Without a listener for its failure, a message to a process that just ended would throw.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromHost)),
    onEnd: (listener) => {
      child.once('error', (cause) => listener(new GigascopeError('NATIVE_CRASH', cause.message)));
      child.once('exit', (code, signal) =>
        listener(new GigascopeError('NATIVE_CRASH', `the TensorFlow.js process ended with ${signal ?? code}`)),
      );
    },
  };
}
