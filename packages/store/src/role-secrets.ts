import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeSecret } from './write-secret.ts';

const RoleSecrets = z.object({ app: z.string().min(1), dispatcher: z.string().min(1) });
export type RoleSecrets = z.infer<typeof RoleSecrets>;

export function newPassword(): string {
  return randomBytes(24).toString('hex');
}

/** Reads the passwords of the two roles, or makes them; of several processes that start at once, all get the first's. */
export async function readRoleSecrets(folder: string): Promise<RoleSecrets> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'role-secrets.json');
  const read = async () => RoleSecrets.parse(JSON.parse(await readFile(path, 'utf8')));
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const draft = `${path}.${process.pid}.${newPassword().slice(0, 8)}`;
  await writeSecret(draft, JSON.stringify({ app: newPassword(), dispatcher: newPassword() } satisfies RoleSecrets));
  // A link appears whole or not at all, and fails where another process was first.
  await link(draft, path).catch(() => {});
  await rm(draft, { force: true });
  return read();
}
