import { Worker } from 'node:worker_threads';
import { GigascopeError } from '@gigascope/contracts';
import type { FinishInput, FinishMessage, FinishReply } from './finish-messages.ts';

/** Runs `finish` and `renderOutputs` in a thread of their own. A thread that ends without an answer is OUT_OF_MEMORY. */
export async function finishInThread(input: FinishInput): Promise<FinishReply> {
  const worker = new Worker(new URL('./finish.worker.ts', import.meta.url), { workerData: input });
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
