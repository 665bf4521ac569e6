import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleManifest, GigascopeError } from '@gigascope/contracts';
import { CARD_FILE, listFiles, MANIFEST_FILE, MANIFEST_HASH_FILE, sha256 } from './files.ts';
import { loadStages, manifestHashLine } from './load-bundle.ts';
import { replaceFolder } from './write-bundle.ts';

/**
 * Writes model.json of a pipeline whose stages lie in it as bundles: every file below the folder is hashed and listed.
 * `stated` is the manifest but its `files`. Throws BUNDLE_INCOMPLETE without a card, and what `loadBundle` throws for the stages; the folder
 * then stays what it was.
 */
export async function sealPipeline(folder: string, stated: object): Promise<BundleManifest> {
  const names = [...(await listFiles(folder)).keys()].filter(
    (name) => name !== MANIFEST_FILE && name !== MANIFEST_HASH_FILE,
  );
  if (!names.includes(CARD_FILE)) throw new GigascopeError('BUNDLE_INCOMPLETE', CARD_FILE);
  const contents = await Promise.all(
    names.sort().map(async (name): Promise<[string, Uint8Array]> => [name, await readFile(join(folder, name))]),
  );
  const files = Object.fromEntries(contents.map(([name, bytes]) => [name, sha256(bytes)]));
  const parsed = BundleManifest.safeParse({ ...stated, files });
  if (!parsed.success) throw new GigascopeError('ARGUMENT_INVALID', parsed.error.message, { cause: parsed.error });
  // Before anything is written, so that a folder that is refused stays what it was.
  if (parsed.data.task === 'pipeline') await loadStages(folder, parsed.data);
  const bytes = new TextEncoder().encode(`${JSON.stringify(parsed.data, null, 2)}\n`);
  await replaceFolder(folder, [
    ...contents,
    [MANIFEST_FILE, bytes],
    [MANIFEST_HASH_FILE, new TextEncoder().encode(manifestHashLine(bytes))],
  ]);
  return parsed.data;
}
