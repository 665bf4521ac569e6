import type { Readable } from 'node:stream';
import { GigascopeError } from '@gigascope/contracts';

/**
 * A body's chunks, with a limit on silence. The source stays open when iteration ends early, so that an answer can be sent.
 * @throws GigascopeError REQUEST_TIMEOUT when nothing came for `idleMs`; CANCELED when the line was lost.
 */
export async function* patientChunks(source: Readable, idleMs: number): AsyncGenerator<Uint8Array> {
  const chunks = source.iterator({ destroyOnReturn: false });
  for (;;) {
    const { done, value } = await within(idleMs, chunks.next().catch(lost));
    if (done === true) return;
    yield value as Uint8Array;
  }
}

function lost(cause: unknown): never {
  throw new GigascopeError('CANCELED', 'the sender went away', { cause });
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new GigascopeError('REQUEST_TIMEOUT', `nothing came for ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
