import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { toGigascopeError, WARNINGS } from '@gigascope/contracts';
import { listBundles } from '@gigascope/models';
import { probeEmbeddedPostgres, probePostgres, probeRedis } from '@gigascope/store';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../command.ts';
import { config } from '../config.ts';
import { startReader } from '../services.ts';

interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'missing';
  readonly message: string;
}

const MARKS: Record<Finding['state'], string> = { ok: 'ok', warning: '!', missing: 'x' };
/** CVE-2026-48977 and CVE-2026-54604 are closed from this version on. */
const SAFE_OPENSLIDE = [4, 0, 1] as const;
const GIB = 1024 ** 3;

export const doctorCommand: CommandFactory = (run) =>
  newCommand('doctor', 'Tells what this machine has and what is missing.').action(
    (_options: unknown, command: Command) =>
      run(command, async () => {
        const findings = await Promise.all([
          node(),
          openSlide(),
          models(),
          postgres(),
          redis(),
          gpu(),
          processor(),
          disk(),
        ]);
        return {
          json: { findings },
          text: findings
            .map(({ name, state, message }) => `${MARKS[state].padEnd(3)}${name.padEnd(12)}${message}\n`)
            .join(''),
          failed: findings.some((finding) => finding.state === 'missing'),
        };
      }),
  );

async function node(): Promise<Finding> {
  return { name: 'Node.js', state: 'ok', message: process.version };
}

async function openSlide(): Promise<Finding> {
  try {
    await using reader = startReader();
    const { version } = await reader.call('library', {});
    const safe = isAtLeast(version, SAFE_OPENSLIDE);
    return {
      name: 'OpenSlide',
      state: safe ? 'ok' : 'warning',
      message: safe ? version : `${version}. ${WARNINGS.LIBRARY_OLD} It is fit for development.`,
    };
  } catch (cause) {
    return { name: 'OpenSlide', state: 'missing', message: toGigascopeError(cause).message };
  }
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [i, part] of wanted.entries()) {
    const have = parts[i] ?? 0;
    if (have !== part) return have > part;
  }
  return true;
}

async function models(): Promise<Finding> {
  const bundles = await listBundles(config.modelsFolder);
  const damaged = bundles.some((bundle) => bundle.state === 'damaged');
  const names = bundles.map(({ name, state }) => (state === 'damaged' ? `${name} (damaged)` : name));
  const state = names.length === 0 ? 'missing' : damaged ? 'warning' : 'ok';
  return { name: 'models', state, message: names.join(', ') || 'none' };
}

async function postgres(): Promise<Finding> {
  const { databaseUrl } = config;
  try {
    const message =
      databaseUrl === undefined
        ? `embedded: ${await probeEmbeddedPostgres()}`
        : `${await probePostgres(databaseUrl)} at DATABASE_URL`;
    return { name: 'Postgres', state: 'ok', message };
  } catch (cause) {
    return { name: 'Postgres', state: 'missing', message: toGigascopeError(cause).message };
  }
}

async function redis(): Promise<Finding> {
  const { redisUrl } = config;
  if (redisUrl === undefined) {
    return { name: 'Redis', state: 'ok', message: 'REDIS_URL is not set: Postgres carries the queue' };
  }
  try {
    const { appendOnly } = await probeRedis(redisUrl);
    return appendOnly
      ? { name: 'Redis', state: 'ok', message: 'answers at REDIS_URL, with an append-only file' }
      : {
          name: 'Redis',
          state: 'warning',
          message: 'answers, but without an append-only file it forgets all jobs when killed',
        };
  } catch (cause) {
    return { name: 'Redis', state: 'missing', message: `at REDIS_URL: ${toGigascopeError(cause).message}` };
  }
}

async function gpu(): Promise<Finding> {
  const found = await onPath('nvidia-smi');
  return {
    name: 'GPU',
    state: 'ok',
    message: found
      ? 'an NVIDIA driver is installed; this version infers on the processor'
      : 'none; inference runs on the processor',
  };
}

async function processor(): Promise<Finding> {
  const memory = `${(totalmem() / GIB).toFixed(0)} GiB of memory`;
  return { name: 'processor', state: 'ok', message: `${availableParallelism()} threads, ${memory}` };
}

async function disk(): Promise<Finding> {
  const { bavail, bsize } = await statfs('.');
  const freeGib = (bavail * bsize) / GIB;
  return { name: 'disk', state: freeGib < 1 ? 'warning' : 'ok', message: `${freeGib.toFixed(1)} GiB free here` };
}

async function onPath(program: string): Promise<boolean> {
  for (const folder of config.searchPath.split(delimiter)) {
    if (
      await access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}
