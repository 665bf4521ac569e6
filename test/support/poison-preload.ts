/**
 * Loaded before the services of a test's worker (NODE_OPTIONS=--import): an engine's process that gets a block of a slide
 * whose file ends with POISON_MARK kills itself, as a fault in native code would.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

export const POISON_MARK = 'poison!!';

interface EngineRequest {
  readonly method?: string;
  readonly request?: { readonly analysisId: string; readonly path?: string };
}

if (isMainThread && process.argv[1]?.endsWith('engine/src/main.ts') === true) {
  const poisoned = new Set<string>();
  process.on('message', ({ method, request }: EngineRequest) => {
    if (request?.path !== undefined && endOf(request.path) === POISON_MARK) poisoned.add(request.analysisId);
    if (method === 'block' && request !== undefined && poisoned.has(request.analysisId))
      process.kill(process.pid, 'SIGSEGV');
  });
}

function endOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const end = Buffer.alloc(POISON_MARK.length);
    readSync(file, end, 0, end.length, fstatSync(file).size - end.length);
    return end.toString('latin1');
  } finally {
    closeSync(file);
  }
}
