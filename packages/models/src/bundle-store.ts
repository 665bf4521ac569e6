import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleManifest, GigascopeError, toGigascopeError } from '@gigascope/contracts';
import { type Bundle, loadBundle, loadManifest } from './bundle/load-bundle.ts';

/** One folder of a models folder. Its name is the model's name. */
export type BundleEntry =
  | { readonly state: 'readable'; readonly name: string; readonly folder: string; readonly manifest: BundleManifest }
  | { readonly state: 'damaged'; readonly name: string; readonly folder: string; readonly error: GigascopeError };

/** Lists the bundles of a models folder by name, damaged ones included; no folder is no bundle. Weights are not read. */
export async function listBundles(modelsFolder: string): Promise<BundleEntry[]> {
  const names = await bundleNames(modelsFolder);
  return await Promise.all(
    names.map(async (name): Promise<BundleEntry> => {
      const folder = join(modelsFolder, name);
      try {
        return { state: 'readable', name, folder, manifest: await loadManifest(folder) };
      } catch (cause) {
        return { state: 'damaged', name, folder, error: toGigascopeError(cause) };
      }
    }),
  );
}

/** Loads and verifies a bundle by name; MODEL_UNKNOWN names those that exist. */
export async function findBundle(modelsFolder: string, name: string): Promise<Bundle> {
  const names = await bundleNames(modelsFolder);
  if (!names.includes(name)) {
    const known = names.length === 0 ? 'none is installed' : `installed: ${names.join(', ')}`;
    throw new GigascopeError('MODEL_UNKNOWN', `"${name}"; ${known}`);
  }
  return await loadBundle(join(modelsFolder, name));
}

async function bundleNames(modelsFolder: string): Promise<string[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw toGigascopeError(cause);
  });
  // A dot begins the folders that are being written.
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
