import type { ActivationMap } from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import { createActivationEngine, type Engine, type EngineOptions, type StageBundle } from '@gigascope/models';

/** Makes class activation maps of one network; a second session of it is opened with the first one that is asked for. */
export class ActivationMaps implements AsyncDisposable {
  readonly #bundle: StageBundle;
  readonly #options: Pick<EngineOptions, 'threads' | 'provider'>;
  #engine: Promise<Engine> | undefined;

  constructor(bundle: StageBundle, options: Pick<EngineOptions, 'threads' | 'provider'>) {
    this.#bundle = bundle;
    this.#options = options;
  }

  /** `patch` is uint8 RGB, patchSizePx² · 3; its buffer moves away. Throws ARGUMENT_INVALID where the network has no such map. */
  async of(patch: Uint8Array<ArrayBuffer>): Promise<ActivationMap> {
    this.#engine ??= createActivationEngine(this.#bundle, this.#options);
    const { answers } = await (await this.#engine).infer({ data: patch, count: 1 });
    const { classes } = this.#bundle.manifest;
    const [map = new Float32Array()] = answers;
    // Patches are square, and so are the maps that networks make of them.
    const side = Math.sqrt(map.length / classes.length);
    if (!Number.isInteger(side))
      throw new GigascopeError('MODEL_OUTPUT_INVALID', `a map of ${map.length} values is not square`);
    return { map, classes: classes.length, height: side, width: side };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#engine?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }
}
