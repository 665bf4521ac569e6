import type { Protocol } from '@gigascope/contracts';
import { z } from 'zod';

const Empty = z.object({});

/** What the children of these tests can do: answer, throw, and end in every way in which native code can end a process. */
export const testProtocol = {
  /** What `close` does later: waits, then adds a line to a file. */
  onClose: { request: z.object({ waitMs: z.number(), file: z.string() }), reply: Empty },
  add: { request: z.object({ a: z.number(), b: z.number() }), reply: z.object({ sum: z.number() }) },
  wrongReply: { request: Empty, reply: z.object({ sum: z.number() }) },
  unsendableReply: { request: Empty, reply: z.object({ sum: z.number() }) },
  refuse: { request: z.object({ detail: z.string() }), reply: Empty },
  throwPlain: { request: z.object({ message: z.string() }), reply: Empty },
  segfault: { request: Empty, reply: Empty },
  exit: { request: z.object({ code: z.int(), says: z.string() }), reply: Empty },
  never: { request: Empty, reply: Empty },
  wait: { request: z.object({ ms: z.number() }), reply: Empty },
  doubled: {
    request: z.object({
      bytes: z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array),
      floats: z.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array),
    }),
    reply: z.object({
      bytes: z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array),
      floats: z.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array),
      received: z.object({ bytes: z.int(), floats: z.int() }),
    }),
  },
} as const satisfies Protocol;
