/** Thread that turns blocks' outputs into findings, files and pictures: seconds on a large slide, during which leases must be renewed. */
import { parentPort } from 'node:worker_threads';
import { finish } from '@gigascope/analysis';
import { toGigascopeError } from '@gigascope/contracts';
import type { FinishMessage, FinishRequest } from './finish-messages.ts';

parentPort?.on('message', async ({ folder, input }: FinishRequest) => {
  const message = await finish(folder, input).catch((cause: unknown): FinishMessage => {
    const { code, detail } = toGigascopeError(cause);
    return { error: { code, detail } };
  });
  parentPort?.postMessage(message);
});
