import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runJson, startCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { hashFolder } from '../support/folders.ts';

const BLOCKS_BEFORE_KILL = 3;
const CHECKPOINTS = join('.checkpoints', 'stage-0');
const PATIENCE_MS = 60_000;

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let slide: string;
let undisturbed: Record<string, string>;
let cells: number;

beforeAll(async () => {
  work = await temporaryFolder();
  slide = join(work.path, 'phantom.svs');
  await paintMetastasisPhantom({ seed: 3002, widthPx: 6000, heightPx: 5000, out: slide, format: 'aperio' });
  const { code, json } = await runJson(['analyze', slide, '--out', join(work.path, 'undisturbed')]);
  expect(code).toBe(0);
  undisturbed = await hashFolder(join(work.path, 'undisturbed'));
  cells = (json['tissue'] as { cells: number }).cells;
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

async function checkpointsIn(out: string): Promise<string[]> {
  const names = await readdir(join(out, CHECKPOINTS)).catch(() => [] as string[]);
  return names.filter((name) => name.endsWith('.bin'));
}

/** Cells whose predictions lie in checkpoints: 32 bytes of digest, then a float32 each. */
async function checkpointedCells(out: string): Promise<number> {
  const files = await Promise.all((await checkpointsIn(out)).map((name) => readFile(join(out, CHECKPOINTS, name))));
  return files.reduce((sum, file) => sum + (file.byteLength - 32) / 4, 0);
}

async function startAndWaitForBlocks(out: string): Promise<ChildProcess> {
  const child = startCommand(['analyze', slide, '--out', out]);
  const deadline = performance.now() + PATIENCE_MS;
  while ((await checkpointsIn(out)).length < BLOCKS_BEFORE_KILL && performance.now() < deadline) await wait(5);
  return child;
}

function childrenOf(pid: number | undefined): number[] {
  const table = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return table
    .trim()
    .split(/\s+/)
    .filter((text) => text !== '')
    .map(Number);
}

async function expectGone(pid: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    expect(performance.now(), `process ${pid} is still there`).toBeLessThan(deadline);
    await wait(50);
  }
}

describe('analyze, interrupted', () => {
  it('after kill -9 half-way gives the undisturbed bytes, does not repeat finished blocks, and leaves no process', async () => {
    const out = join(work.path, 'killed');
    const child = await startAndWaitForBlocks(out);
    const engines = childrenOf(child.pid);
    child.kill('SIGKILL');
    await once(child, 'close');
    for (const engine of engines) await expectGone(engine);
    expect(engines.length).toBe(1);
    const done = await checkpointedCells(out);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(cells);

    const { code, json } = await runJson(['analyze', slide, '--out', out]);
    expect(code).toBe(0);
    expect((json['run'] as { patches: number }).patches).toBe(cells - done);
    expect(await hashFolder(out)).toEqual(undisturbed);
  });

  it('after Ctrl-C says CANCELED, exits with 130, and goes on later to the undisturbed bytes', async () => {
    const out = join(work.path, 'interrupted');
    const child = await startAndWaitForBlocks(out);
    let stderr = '';
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(stderr).toContain('CANCELED');
    expect((await runJson(['analyze', slide, '--out', out])).code).toBe(0);
    expect(await hashFolder(out)).toEqual(undisturbed);
  });

  it.each(['SIGSEGV', 'SIGKILL'] as const)(
    'tells a crash of the engine’s process (%s) as NATIVE_CRASH and goes on later to the undisturbed bytes',
    async (signal) => {
      const out = join(work.path, `crashed-${signal}`);
      const child = await startAndWaitForBlocks(out);
      let stderr = '';
      child.stderr?.on('data', (chunk) => {
        stderr += chunk;
      });
      const [engine] = childrenOf(child.pid);
      process.kill(engine ?? 0, signal);
      const [code] = await once(child, 'close');
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`NATIVE_CRASH.*${signal}`));
      expect((await runJson(['analyze', slide, '--out', out])).code).toBe(0);
      expect(await hashFolder(out)).toEqual(undisturbed);
    },
  );

  it('does not take up checkpoints of other parameters', async () => {
    const out = join(work.path, 'other');
    const child = await startAndWaitForBlocks(out);
    child.kill('SIGKILL');
    await once(child, 'close');
    const { json } = await runJson(['analyze', slide, '--out', out, '--threshold', '0.4']);
    expect((json['run'] as { patches: number }).patches).toBe(cells);
  });

  it('on a full disk says STORAGE_FULL, leaves no half-written file, and ends right when there is room again', async () => {
    const disk = join(work.path, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=120k', 'tmpfs', disk]);
    try {
      const out = join(disk, 'out');
      const { code, json } = await runJson(['analyze', slide, '--out', out]);
      expect(json).toMatchObject({ error: { code: 'STORAGE_FULL' } });
      expect(code).toBe(1);
      const left = Object.keys(await hashFolder(out));
      expect(left.filter((name) => !/^\.checkpoints\/stage-0\/block-\d+\.bin$/.test(name))).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      expect((await runJson(['analyze', slide, '--out', out])).code).toBe(0);
      expect(await hashFolder(out)).toEqual(undisturbed);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
