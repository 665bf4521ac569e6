import { GigascopeError, type ModelManifest } from '@gigascope/contracts';
import { readValueInfo } from '../graph/protos.ts';
import { formatShape, type Tensor } from '../graph/tensor.ts';
import type { ModelProto } from '../onnx/generated/onnx-ml_pb.js';
import { decodeModel } from '../onnx/model-file.ts';
import { checkSettings } from './check-settings.ts';
import { externalTensors } from './external-data.ts';

/** image, x0, y0, x1, y1, score, class. */
const BOX_COLUMNS = 7;

/**
 * Checks a model file against its manifest without running it: it parses, keeps all its weights inside, takes
 * uint8 [N, patchSizePx, patchSizePx, 3] and gives what its task's output is (contracts/manifest.ts). Throws MODEL_HASH_MISMATCH where the bytes
 * are no model, COMPANION_OUTSIDE_SLIDE for external data, MODEL_OUTPUT_INVALID for a door of another shape, and what `checkSettings` throws.
 */
export function checkModel(bytes: Uint8Array, manifest: ModelManifest): ModelProto {
  checkSettings(manifest);
  const model = parse(bytes);
  const graph = model.graph;
  if (graph === undefined || graph.node.length === 0)
    throw new GigascopeError('MODEL_HASH_MISMATCH', 'the file holds no graph');
  const [outside] = externalTensors(model);
  if (outside !== undefined)
    throw new GigascopeError('COMPANION_OUTSIDE_SLIDE', `weights "${outside.name}" lie outside the model file`);
  const initializers = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((info) => !initializers.has(info.name));
  const input = inputs.length === 1 && inputs[0] !== undefined ? readValueInfo(inputs[0]) : null;
  const output = graph.output.map(readValueInfo).find((info) => info?.name === manifest.output.name);
  const { patchSizePx: size } = manifest;
  requireDoor('input', input, manifest.input.name, 'uint8', [size, size, 3]);
  requireDoor('output', output, manifest.output.name, 'float32', outputShape(manifest));
  return model;
}

/** Behind the first axis, which is the batch's patches or, of a detecting network, all their boxes. */
function outputShape(manifest: ModelManifest): readonly number[] {
  if (manifest.task === 'detect') return [BOX_COLUMNS];
  if (manifest.task === 'classify') return [manifest.classes.length];
  return [manifest.classes.length, manifest.outputSizePx, manifest.outputSizePx];
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    throw new GigascopeError('MODEL_HASH_MISMATCH', 'the file is no ONNX model', { cause });
  }
}

function requireDoor(
  what: string,
  tensor: Tensor | null | undefined,
  name: string,
  dtype: string,
  perPatch: readonly number[],
): void {
  const [batch, ...rest] = tensor?.shape ?? [];
  const fits =
    tensor?.name === name &&
    tensor.dtype === dtype &&
    typeof batch === 'object' &&
    rest.length === perPatch.length &&
    rest.every((size, i) => size === perPatch[i]);
  if (fits) return;
  const found =
    tensor === null || tensor === undefined ? 'nothing' : `${tensor.name} ${tensor.dtype} ${formatShape(tensor.shape)}`;
  throw new GigascopeError(
    'MODEL_OUTPUT_INVALID',
    `the model’s ${what} is ${found}, its manifest says ${name} ${dtype} [N, ${perPatch.join(', ')}]`,
  );
}
