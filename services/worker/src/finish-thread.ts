import { Worker } from 'node:worker_threads';
import type { Findings, FinishInput } from '@gigascope/analysis';
import { GigascopeError } from '@gigascope/contracts';
import type { FinishMessage, FinishRequest } from './finish-messages.ts';

/** Runs `finish`, which writes its files into `folder`, in a thread of its own. A thread that ends without an answer is OUT_OF_MEMORY. */
export async function finishInThread(folder: string, input: FinishInput): Promise<Findings> {
  const request: FinishRequest = { folder, input };
  const worker = new Worker(new URL('./finish.worker.ts', import.meta.url), { workerData: request });
  const message = await new Promise<FinishMessage>((resolve, reject) => {
    let answer: FinishMessage | undefined;
    worker.once('message', (value: FinishMessage) => {
      answer = value;
    });
    worker.once('error', (cause) => reject(new GigascopeError('OUT_OF_MEMORY', cause.message, { cause })));
    worker.once('exit', (code) => {
      if (answer === undefined) reject(new GigascopeError('OUT_OF_MEMORY', `the finishing thread ended with ${code}`));
      else resolve(answer);
    });
  });
  if ('error' in message) throw new GigascopeError(message.error.code, message.error.detail);
  return message;
}
