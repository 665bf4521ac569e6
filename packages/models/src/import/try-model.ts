import { GigascopeError } from '@gigascope/contracts';
import type { InferenceSession } from 'onnxruntime-node';
import { PATCHES } from '../architectures/architecture.ts';
import { goldenPatch } from '../bundle/golden.ts';
import type { ModelProto } from '../onnx/generated/onnx-ml_pb.js';
import { encodeModel } from '../onnx/model-file.ts';
import { refusal } from './image-input.ts';
import { openSession } from './open-session.ts';

/** How far a patch's answer may move, as a share of the largest value, when it shares its batch. */
const TOLERANCE = 1e-3;
const ONE_AT_A_TIME = 'it takes one image at a time: export it with an open batch axis';

interface Answer {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

export interface Trial extends Answer {
  /** Patches that were answered. */
  readonly count: number;
}

/**
 * Runs a wrapped model on two patches, together and the second alone. Throws MODEL_UNSUPPORTED where the runtime cannot
 * load or run it or a patch's answer depends on its neighbours, MODEL_OUTPUT_INVALID for values that are not finite.
 */
export async function tryModel(
  model: ModelProto,
  output: string,
  { sidePx, wasOpened }: { readonly sidePx: number; readonly wasOpened: boolean },
): Promise<Trial> {
  await using session = await openSession(encodeModel(model));
  const run = async (...patches: Uint8Array[]): Promise<Answer> => {
    const results = await session.run(PATCHES, Buffer.concat(patches), [patches.length, sidePx, sidePx, 3]);
    return answerOf(results[output]);
  };
  const [first, second] = [goldenPatch(sidePx), goldenPatch(sidePx).reverse()];
  const blameBatch = (cause: GigascopeError): never => {
    throw cause.code === 'MODEL_UNSUPPORTED' ? refusal(`${ONE_AT_A_TIME} (${cause.detail})`, cause) : cause;
  };
  // A graph whose batch was opened may fail for one image, too, where it should not have been.
  const alone = await (wasOpened ? run(second).catch(blameBatch) : run(second));
  const together = await run(first, second).catch(blameBatch);
  requireSame(alone, together);
  return { ...together, count: 2 };
}

function answerOf(tensor: InferenceSession.OnnxValueMapType[string] | undefined): Answer {
  if (!(tensor?.data instanceof Float32Array)) throw refusal('its output is no list of numbers');
  const values = Float32Array.from(tensor.data);
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new GigascopeError('MODEL_OUTPUT_INVALID', `it gives ${wrong} for a test patch`);
  return { dims: [...tensor.dims], values };
}

function requireSame(alone: Answer, together: Answer): void {
  const perPatch = alone.values.length;
  if (together.values.length !== 2 * perPatch) throw refusal(ONE_AT_A_TIME);
  const shared = together.values.subarray(perPatch);
  const largest = alone.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  if (alone.values.some((value, i) => Math.abs(value - (shared[i] as number)) > TOLERANCE * largest))
    throw refusal(
      'a patch’s answer depends on what else is in its batch, or on chance: export it in evaluation mode, as model.eval() sets it, with an open batch axis',
    );
}
