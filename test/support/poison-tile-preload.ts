/** Loaded before services (NODE_OPTIONS=--import): a reader's process that is asked for tile 1_0 kills itself, as native code might. */
import { isMainThread } from 'node:worker_threads';

interface ReaderRequest {
  readonly method?: string;
  readonly request?: { readonly col?: number; readonly row?: number };
}

if (isMainThread && process.argv[1]?.endsWith('reader/src/main.ts') === true) {
  process.on('message', ({ method, request }: ReaderRequest) => {
    if (method === 'tile' && request?.col === 1 && request.row === 0) process.kill(process.pid, 'SIGSEGV');
  });
}
