import { join } from 'node:path';
import { temporaryFolder } from './fixtures.ts';
import { makePostgresTemplate } from './postgres-template.ts';

/** Before the first test that may need a server: makes the template. Afterwards it is gone. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await temporaryFolder();
  await makePostgresTemplate(join(folder.path, 'postgres'));
  return async () => await folder[Symbol.asyncDispose]();
}
