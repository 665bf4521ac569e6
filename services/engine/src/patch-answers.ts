import { GigascopeError } from '@gigascope/contracts';
import { batchBytes, type Engine } from '@gigascope/models';

/** A network's answers to patches that come from no slide. What runs them is opened with the first that are asked for. */
export class PatchAnswers implements AsyncDisposable {
  readonly #open: () => Promise<Engine>;
  #engine: Promise<Engine> | undefined;

  /** `open` may give an engine that others use and close, too. */
  constructor(open: () => Promise<Engine>) {
    this.#open = open;
  }

  /** Of `count` patches, uint8 RGB [count, patchSizePx, patchSizePx, 3], in as many batches as it takes. */
  async of(patches: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>[]> {
    this.#engine ??= this.#open();
    const engine = await this.#engine;
    const patchBytes = batchBytes(1, engine.patchSizePx);
    if (patches.length !== count * patchBytes)
      throw new GigascopeError(
        'ARGUMENT_INVALID',
        `${count} patches have ${count * patchBytes} bytes, not ${patches.length}`,
      );
    const outputs: Float32Array<ArrayBuffer>[] = [];
    for (let first = 0; first < count; first += engine.batchSize) {
      const data = new Uint8Array(batchBytes(engine.batchSize, engine.patchSizePx));
      data.set(patches.subarray(first * patchBytes, (first + engine.batchSize) * patchBytes));
      outputs.push(...(await engine.infer({ data, count: Math.min(engine.batchSize, count - first) })).answers);
    }
    return outputs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#engine?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }
}
