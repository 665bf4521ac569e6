/** A service for tests: does what it is asked, ending itself included. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { GigascopeError } from '@gigascope/contracts';
import { serve } from '@gigascope/processes';
import { testProtocol } from './protocol.ts';

let atClose = { waitMs: 0, file: '' };
const running = new Set<Promise<unknown>>();

async function tracked<T>(work: Promise<T>): Promise<T> {
  running.add(work);
  try {
    return await work;
  } finally {
    running.delete(work);
  }
}

serve(
  testProtocol,
  {
    onClose: async (request) => {
      atClose = request;
      return {};
    },
    add: async ({ a, b }) => ({ sum: a + b }),
    wrongReply: async () => ({ sum: 'five' }) as unknown as { sum: number },
    unsendableReply: async () => ({ sum: () => 5 }) as unknown as { sum: number },
    refuse: async ({ detail }) => {
      throw new GigascopeError('TILE_CORRUPT', detail);
    },
    throwPlain: async ({ message }) => {
      throw new RangeError(message);
    },
    segfault: async () => {
      process.kill(process.pid, 'SIGSEGV');
      return await new Promise<never>(() => {});
    },
    exit: async ({ code, says }) => {
      process.stderr.write(`${says}\n`);
      process.exit(code);
    },
    never: async () => await new Promise<never>(() => {}),
    wait: async ({ ms }) => {
      await tracked(wait(ms));
      return {};
    },
    doubled: async ({ bytes, floats }) => ({
      bytes: bytes.map((byte) => byte * 2),
      // A view that begins 8 bytes into a larger buffer and ends before its end.
      floats: new Float32Array([0, 0, ...floats.map((value) => value * 2), 0]).subarray(2, 2 + floats.length),
      received: { bytes: bytes.byteLength, floats: floats.length },
    }),
  },
  async () => {
    await Promise.all(running);
    await wait(atClose.waitMs);
    if (atClose.file !== '') await writeFile(atClose.file, 'closed\n', { flag: 'a' });
  },
);
