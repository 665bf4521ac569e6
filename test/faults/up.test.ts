import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';

const PATIENCE_MS = 60_000;

async function up(data: string): Promise<{ command: ChildProcess; url: string }> {
  const command = startCommand(['up', '--port', '0', '--data', data, '--json']);
  const [line] = (await once(command.stdout ?? command, 'data')) as [Buffer];
  return { command, ...(JSON.parse(line.toString()) as { url: string }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('`up`, killed by -9, takes API and worker with it, and the next `up` takes its Postgres over; SIGTERM then stops all', async () => {
  await using work = await temporaryFolder();
  const data = join(work.path, 'data');
  const first = await up(data);
  const { api, workers } = JSON.parse(await readFile(join(data, 'up.json'), 'utf8')) as {
    api: number;
    workers: number[];
  };
  first.command.kill('SIGKILL');
  const deadline = performance.now() + PATIENCE_MS;
  while ([api, ...workers].some(isAlive) && performance.now() < deadline) await wait(100);
  expect([api, ...workers].filter(isAlive)).toEqual([]);

  const second = await up(data);
  try {
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
  } finally {
    second.command.kill('SIGTERM');
    const [code] = await once(second.command, 'close');
    expect(code).toBe(0);
  }
  await expect(readFile(join(data, 'up.json'))).rejects.toThrow('ENOENT');
  await expect(fetch(`${second.url}/healthz`)).rejects.toThrow();
});
