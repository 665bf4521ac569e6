/** Thread that turns predictions into findings and pictures: seconds on a large slide, during which leases must be renewed. */
import { parentPort, workerData } from 'node:worker_threads';
import { finish, renderOutputs } from '@gigascope/analysis';
import { toGigascopeError } from '@gigascope/contracts';
import type { FinishInput, FinishMessage } from './finish-messages.ts';

async function run(input: FinishInput): Promise<FinishMessage> {
  const { heatmap, result } = finish(input);
  return { result, files: await renderOutputs({ plan: input.plan, heatmap, result }) };
}

const message = await run(workerData as FinishInput).catch((cause: unknown): FinishMessage => {
  const { code, detail } = toGigascopeError(cause);
  return { error: { code, detail } };
});
parentPort?.postMessage(message);
