import { GigascopeError } from '@gigascope/contracts';
import type { EngineManifest } from './engines/options.ts';
import { readValueInfo, valueInfo } from './graph/protos.ts';
import { BATCH, type Shape } from './graph/tensor.ts';
import type { ValueInfoProto } from './onnx/generated/onnx-ml_pb.js';
import { decodeModel, encodeModel } from './onnx/model-file.ts';

/**
 * The same network for squares of k × k patches: its nodes hold no size, so only what it says of its input and output
 * changes, to uint8 [N, side, side, 3] and float32 [k² · N, classes]. Takes and gives the bytes of an .onnx file whose
 * manifest states `dense`, with `squareCells` and the square's side as `patchSizePx`.
 */
export function onSquares(
  bytes: Uint8Array,
  { input, output, patchSizePx, squareCells = 1 }: EngineManifest,
): Uint8Array<ArrayBuffer> {
  const model = decodeModel(bytes);
  const graph = model.graph;
  if (graph === undefined) throw new GigascopeError('ARGUMENT_INVALID', 'the file holds no graph');
  const named = (infos: readonly ValueInfoProto[], name: string, shapeOf: (shape: Shape) => Shape): ValueInfoProto[] =>
    infos.map((info) => (info.name === name ? reshaped(info, shapeOf) : info));
  return encodeModel({
    ...model,
    graph: {
      ...graph,
      input: named(graph.input, input.name, () => [BATCH, patchSizePx, patchSizePx, 3]),
      output: named(graph.output, output.name, ([, ...rest]) => [{ times: squareCells ** 2 }, ...rest]),
    },
  });
}

function reshaped(info: ValueInfoProto, shapeOf: (shape: Shape) => Shape): ValueInfoProto {
  const tensor = readValueInfo(info);
  if (tensor === null) throw new GigascopeError('ARGUMENT_INVALID', `${info.name} has no known shape`);
  return valueInfo({ ...tensor, shape: shapeOf(tensor.shape) });
}
