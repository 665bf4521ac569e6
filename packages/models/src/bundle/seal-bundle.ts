import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleManifest, GigascopeError, ModelManifest } from '@gigascope/contracts';
import { CARD_FILE, GOLDEN_FILE, listFiles, MANIFEST_FILE, MANIFEST_HASH_FILE, MODEL_FILE } from './files.ts';
import { parseJson } from './load-bundle.ts';
import { sealPipeline } from './seal-pipeline.ts';
import { writeBundle } from './write-bundle.ts';

/** What a trainer may state about the model it made: any of the manifest. */
type Changes = Readonly<Record<string, unknown>>;

/**
 * Makes a bundle whole again after a trainer wrote new weights into its model.onnx or a new README.md: hashes, golden
 * output and parameter count are worked out afresh and `changes` go into the manifest. A bundle whose card was made
 * from the manifest may have it made anew with `card: 'from-manifest'`. Without a model.json, `changes` is all of it. Whatever else lies in the folder stays, is hashed
 * and listed.
 */
export async function sealBundle(
  folder: string,
  changes: Changes = {},
  card: 'keep' | 'from-manifest' = 'keep',
): Promise<BundleManifest> {
  const files = await listFiles(folder);
  const found = files.has(MANIFEST_FILE) ? parseJson(await bytesOf(folder, MANIFEST_FILE)) : {};
  const stated: Record<string, unknown> = { ...(found as object), ...changes };
  if (stated['task'] === 'pipeline') return await sealPipeline(folder, stated);
  // A manifest that a trainer wrote has nothing yet of what is worked out here.
  const parsed = ModelManifest.safeParse({
    multiplyAddCount: 1,
    ...stated,
    files: {},
    golden: PENDING,
    parameterCount: 1,
  });
  if (!parsed.success) throw new GigascopeError('ARGUMENT_INVALID', parsed.error.message, { cause: parsed.error });
  const { files: _files, golden: _golden, parameterCount: _count, ...draft } = parsed.data;
  const companions = new Map<string, Uint8Array>();
  for (const name of files.keys()) if (!WRITTEN.has(name)) companions.set(name, await bytesOf(folder, name));
  return await writeBundle(folder, {
    draft,
    ...(draft.engine === 'tfjs' ? {} : { model: await bytesOf(folder, MODEL_FILE) }),
    companions,
    ...(card === 'keep' ? { card: new TextDecoder().decode(await bytesOf(folder, CARD_FILE)) } : {}),
  });
}

const PENDING = { file: GOLDEN_FILE, expected: [0] };

/** What `writeBundle` itself makes. */
const WRITTEN: ReadonlySet<string> = new Set([CARD_FILE, GOLDEN_FILE, MANIFEST_FILE, MANIFEST_HASH_FILE, MODEL_FILE]);

async function bytesOf(folder: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(join(folder, file)).catch((cause: unknown) => {
    throw new GigascopeError('BUNDLE_INCOMPLETE', file, { cause });
  });
  return new Uint8Array(bytes);
}
