import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('../services/cli/src/main.ts', import.meta.url));
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs the real command with --json and returns what it printed; `environment` is added to this process's own. */
export async function gigascope(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const options = { maxBuffer: MAX_OUTPUT_BYTES, env: { ...process.env, ...environment } };
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args, '--json'], options);
  return JSON.parse(stdout);
}
