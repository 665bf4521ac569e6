import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GigascopeError } from '@gigascope/contracts';
import { ServiceClient, type ServiceOptions } from '@gigascope/processes';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/fixtures.ts';
import { testProtocol } from './protocol.ts';

const ENTRY = new URL('./service.child.ts', import.meta.url);
const PARENT = fileURLToPath(new URL('./parent.child.ts', import.meta.url));
const PATIENCE_MS = 20_000;

const start = (options: ServiceOptions = {}) => new ServiceClient(ENTRY, testProtocol, options);

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error('the process was never started');
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (isAlive(pid) && performance.now() < deadline) await wait(20);
  return !isAlive(pid);
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => 'it resolved',
    (error: unknown) => error,
  );
}

describe('a service in a process of its own', () => {
  it('answers 100 calls at once, each with its own reply', async () => {
    await using client = start();
    const sums = await Promise.all(
      Array.from({ length: 100 }, async (_, a) => (await client.call('add', { a, b: 1000 })).sum),
    );
    expect(sums).toEqual(Array.from({ length: 100 }, (_, a) => a + 1000));
    expect(client.pid).not.toBe(process.pid);
  });

  it('carries a GigascopeError across with code and detail, and goes on answering', async () => {
    await using client = start();
    const error = await errorOf(client.call('refuse', { detail: 'tile 3, 4' }));
    expect(error).toBeInstanceOf(GigascopeError);
    expect(error).toMatchObject({ code: 'TILE_CORRUPT', detail: 'tile 3, 4', status: 422, retryable: false });
    expect(await client.call('add', { a: 2, b: 3 })).toEqual({ sum: 5 });
  });

  it('turns any other error into INTERNAL with its message', async () => {
    await using client = start();
    const error = await errorOf(client.call('throwPlain', { message: 'index 7 of 5' }));
    expect(error).toMatchObject({ name: 'GigascopeError', code: 'INTERNAL', detail: 'index 7 of 5' });
  });

  it('refuses a request that is not of the schema before any handler sees it, and goes on answering', async () => {
    await using client = start();
    const wrong = { a: 1, b: 'two' } as unknown as { a: number; b: number };
    expect(await errorOf(client.call('add', wrong))).toMatchObject({ name: 'GigascopeError', code: 'INTERNAL' });
    const unknown = 'toString' as 'never';
    expect(await errorOf(client.call(unknown, {}))).toMatchObject({ code: 'INTERNAL', detail: 'no method toString' });
    expect(await client.call('add', { a: 2, b: 3 })).toEqual({ sum: 5 });
  });

  it('refuses a reply that is not of the schema, and one that cannot be sent, as INTERNAL', async () => {
    await using client = start();
    expect(await errorOf(client.call('wrongReply', {}))).toMatchObject({ name: 'GigascopeError', code: 'INTERNAL' });
    expect(await errorOf(client.call('unsendableReply', {}))).toMatchObject({ code: 'INTERNAL' });
    expect(await client.call('add', { a: 2, b: 3 })).toEqual({ sum: 5 });
  });

  it('rejects a request that cannot be sent, and does not hold the process to its time limit later', async () => {
    await using client = start({ timeoutMs: 3000 });
    await client.call('add', { a: 1, b: 1 });
    const unsendable = { a: () => 1, b: 2 } as unknown as { a: number; b: number };
    expect(await errorOf(client.call('add', unsendable))).toMatchObject({ name: 'GigascopeError', code: 'INTERNAL' });
    await wait(3300);
    expect(await client.call('add', { a: 2, b: 3 })).toEqual({ sum: 5 });
  });

  it('carries 24 MB of bytes and floats there and back unchanged, views into larger buffers included', async () => {
    await using client = start();
    const whole = new Uint8Array(12_000_013);
    for (let i = 0; i < whole.length; i += 1) whole[i] = (i * 31) % 127;
    const bytes = whole.subarray(7, 12_000_007);
    const floats = Float32Array.from({ length: 3_000_002 }, (_, i) => i / 8).subarray(1, 3_000_001);
    const reply = await client.call('doubled', { bytes, floats });
    expect(reply.received).toEqual({ bytes: 12_000_000, floats: 3_000_000 });
    expect(Buffer.compare(reply.bytes, Buffer.from(bytes.map((byte) => byte * 2)))).toBe(0);
    expect(reply.floats.length).toBe(3_000_000);
    expect(reply.floats.every((value, i) => value === ((i + 1) / 8) * 2)).toBe(true);
  });
});

describe('the end of a service’s process', () => {
  it('rejects all 3 pending calls with NATIVE_CRASH that names SIGSEGV, and later calls at once', async () => {
    await using client = start();
    const pending = [client.call('never', {}), client.call('never', {}), client.call('segfault', {})];
    const errors = await Promise.all(pending.map(errorOf));
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'GigascopeError', code: 'NATIVE_CRASH', retryable: true });
      expect((error as GigascopeError).detail).toBe('it was ended by SIGSEGV');
    }
    const began = performance.now();
    expect(await errorOf(client.call('add', { a: 1, b: 1 }))).toBe(errors[0]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('names exit code 9 and the last line that the process wrote to standard error', async () => {
    await using client = start();
    const error = await errorOf(client.call('exit', { code: 9, says: 'first line\nfatal: out of handles' }));
    expect(error).toMatchObject({ code: 'NATIVE_CRASH', detail: 'it ended with code 9: fatal: out of handles' });
  });

  it('names SIGKILL as a possible lack of memory, which is how Linux ends a process for it', async () => {
    await using client = start();
    await client.call('add', { a: 1, b: 1 });
    const pending = errorOf(client.call('never', {}));
    process.kill(client.pid ?? 0, 'SIGKILL');
    expect(await pending).toMatchObject({
      code: 'NATIVE_CRASH',
      detail: 'it was ended by SIGKILL; perhaps memory ran out',
    });
  });

  it('comes by force after a call’s time limit of 0.3 s: that call and all others say NATIVE_CRASH', async () => {
    await using ready = start();
    await ready.call('add', { a: 1, b: 1 });
    await using client = start({ timeoutMs: 300 });
    const { pid } = client;
    const errors = await Promise.all([errorOf(client.call('never', {})), errorOf(client.call('never', {}))]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'NATIVE_CRASH', detail: 'never took longer than 0.3 s' });
    }
    expect(await gone(pid ?? 0)).toBe(true);
  });

  it('is told for an entry file that does not exist', async () => {
    await using client = new ServiceClient(new URL('./no-such-file.ts', import.meta.url), testProtocol);
    expect(await errorOf(client.call('add', { a: 1, b: 1 }))).toMatchObject({ code: 'NATIVE_CRASH' });
  });
});

describe('stopping a service', () => {
  it('waits for the work in hand and for `close`, which runs once, then no process is left', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'closed.txt');
    const client = start();
    await client.call('onClose', { waitMs: 200, file });
    const inHand = client.call('wait', { ms: 300 });
    await client[Symbol.asyncDispose]();
    expect(await inHand).toEqual({});
    expect(await readFile(file, 'utf8')).toBe('closed\n');
    expect(isAlive(client.pid)).toBe(false);
    expect(await errorOf(client.call('add', { a: 1, b: 1 }))).toMatchObject({ code: 'CANCELED' });
  });

  it('may be asked for twice at once', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'closed.txt');
    const client = start();
    await client.call('onClose', { waitMs: 100, file });
    await Promise.all([client[Symbol.asyncDispose](), client[Symbol.asyncDispose]()]);
    expect(await readFile(file, 'utf8')).toBe('closed\n');
  });

  it('kills a process whose `close` takes longer than stopMs, and cancels what was pending', async () => {
    const client = start({ stopMs: 200 });
    await client.call('onClose', { waitMs: 60_000, file: '' });
    const pending = errorOf(client.call('never', {}));
    const began = performance.now();
    await client[Symbol.asyncDispose]();
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(isAlive(client.pid)).toBe(false);
    expect(await pending).toMatchObject({ code: 'CANCELED' });
  });

  it('happens by itself when the parent is killed with SIGKILL', async () => {
    const parent = fork(PARENT, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const [said] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
    const service = Number(said.toString());
    expect(isAlive(service)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'close');
    expect(await gone(service)).toBe(true);
  });
});
