import { GigascopeError } from '@gigascope/contracts';
import { batchBytes, type Engine } from '@gigascope/models';

/** The network's answers to `count` patches, uint8 RGB [count, patchSizePx, patchSizePx, 3], in as many batches as it takes. */
export async function inferPatches(
  engine: Engine,
  patches: Uint8Array,
  count: number,
): Promise<Float32Array<ArrayBuffer>[]> {
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
