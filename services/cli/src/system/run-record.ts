import { readFile, rm } from 'node:fs/promises';
import { writeFileWhole } from '@gigascope/analysis';
import { GigascopeError } from '@gigascope/contracts';
import { z } from 'zod';

const Running = z.object({
  /** Process ids. */
  command: z.int().positive(),
  api: z.int().optional(),
  workers: z.array(z.int().optional()).optional(),
  url: z.string().optional(),
});
export type Running = z.infer<typeof Running>;

/** What runs on a data folder, in a file there: two systems on one folder would stop each other's Postgres. */
export class RunRecord implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws ALREADY_RUNNING when another command serves the folder; a record whose command is gone is replaced. */
  static async open(path: string): Promise<RunRecord> {
    const other = await readRunning(path);
    // In a container every run may get the number that the killed one had.
    if (other !== null && other.command !== process.pid && isAlive(other.command)) {
      const where = other.url === undefined ? 'it is just starting' : `at ${other.url}`;
      throw new GigascopeError('ALREADY_RUNNING', `process ${other.command}, ${where}`);
    }
    const record = new RunRecord(path);
    await record.write({ command: process.pid });
    return record;
  }

  async write(running: Running): Promise<void> {
    await writeFileWhole(this.#path, `${JSON.stringify(running)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** What the record says; null where there is none or it is torn. */
export async function readRunning(path: string): Promise<Running | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return Running.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is alive and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
