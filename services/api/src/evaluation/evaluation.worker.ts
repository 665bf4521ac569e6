/** Thread that reads annotations and compares them with findings, one job after the other. */
import { parentPort } from 'node:worker_threads';
import { toGigascopeError } from '@gigascope/contracts';
import { type JobAnswer, type JobRequest, jobs } from './jobs.ts';

function answer({ name, input }: JobRequest): JobAnswer {
  try {
    return { output: jobs[name](input as never) };
  } catch (cause) {
    const { code, detail } = toGigascopeError(cause);
    return { error: { code, detail } };
  }
}

parentPort?.on('message', (request: JobRequest) => parentPort?.postMessage(answer(request)));
