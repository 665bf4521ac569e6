import { listBundles, loadBundle } from '@gigascope/models';
import type { Store } from '@gigascope/store';
import type { Logger } from 'pino';

/** Enters the installed bundles that are whole into the record, so that analyses can name them; damaged ones are logged. */
export async function registerModels(store: Store, modelsFolder: string, log: Logger): Promise<void> {
  for (const entry of await listBundles(modelsFolder)) {
    try {
      const { manifest, sha256, folder } = await loadBundle(entry.folder);
      await store.models.register(manifest, sha256, folder);
    } catch (error) {
      log.error({ model: entry.name, error }, 'a bundle is damaged and not offered');
    }
  }
}
