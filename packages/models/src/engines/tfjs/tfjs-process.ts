/** The TensorFlow.js process: opens the engine of the first message, then answers until it is told to close or its parent goes. */
import type { ToHost } from '../engine-protocol.ts';
import type { EngineOptions } from '../options.ts';
import { serveEngine } from '../serve-engine.ts';
import { createTfjsEngine } from './tfjs-engine.ts';

process.once('disconnect', () => process.exit(0));
// Signals of a terminal are left to the parent.
process.on('SIGINT', () => {});
process.once('message', (options: EngineOptions) => {
  void serveEngine(
    {
      send: (message) => {
        if (process.connected) process.send?.(message);
      },
      onMessage: (listener) => void process.on('message', (message: ToHost) => listener(message)),
      close: () => process.disconnect(),
    },
    () => createTfjsEngine(options),
    { returnsBatches: false },
  );
});
