/** The inference thread: opens the engine that it was given as workerData and answers until it is told to close. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ToHost } from './engine-protocol.ts';
import type { EngineOptions } from './options.ts';
import { createOrtEngine } from './ort-engine.ts';
import { serveEngine } from './serve-engine.ts';

if (parentPort === null) throw new Error('ort-thread-worker.ts runs in a thread');
const port = parentPort;
await serveEngine(
  {
    send: (message, buffers) => port.postMessage(message, buffers),
    onMessage: (listener) => void port.on('message', (message: ToHost) => listener(message)),
    // A thread ends when its port is closed.
    close: () => port.close(),
  },
  () => createOrtEngine(workerData as EngineOptions),
  { returnsBatches: true },
);
