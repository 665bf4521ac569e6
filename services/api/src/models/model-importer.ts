import { engineProtocol, GigascopeError, type ImportDetails, type ImportOutcome } from '@gigascope/contracts';
import { ServiceClient } from '@gigascope/processes';
import { MemoryGuard } from '../readers/memory-guard.ts';

const ENGINE_ENTRY = new URL('../../../engine/src/main.ts', import.meta.url);
/** A model that takes longer to try out is taken to hang the runtime. */
const TIMEOUT_MS = 10 * 60_000;
/** The largest model there may be is in memory four times over while it is wrapped: 2 GiB · 4. */
const MAX_MEMORY_BYTES = 2 ** 33;

/**
 * Imports models in a process of its own each, one at a time: native code meets a file of anybody's there, and a crash
 * ends that process only.
 */
export class ModelImporter {
  #isBusy = false;

  /**
   * Makes a bundle in `folder` of the model at `path`, or tells what has to be stated first.
   * @throws GigascopeError what the import threw; BUSY while another one runs; NATIVE_CRASH.
   */
  async import(path: string, details: ImportDetails, folder: string): Promise<ImportOutcome> {
    if (this.#isBusy) throw new GigascopeError('BUSY', 'another model is being imported');
    this.#isBusy = true;
    try {
      await using engine = new ServiceClient(ENGINE_ENTRY, engineProtocol, { timeoutMs: TIMEOUT_MS });
      using _guard = new MemoryGuard(() => (engine.pid === undefined ? [] : [engine.pid]), MAX_MEMORY_BYTES);
      return await engine.call('importModel', {
        path,
        details,
        target: { folder, modelsFolder: folder, replace: false },
      });
    } finally {
      this.#isBusy = false;
    }
  }
}
