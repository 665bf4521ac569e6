import { GigascopeError, squareSidePx } from '@gigascope/contracts';
import { SQUARE_SUMS } from '../architectures/door.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { squarePlane } from '../graph/ops/shape.ts';
import { readValueInfo, valueInfo } from '../graph/protos.ts';
import type { Shape } from '../graph/tensor.ts';
import type { ModelProto, ValueInfoProto } from '../onnx/generated/onnx-ml_pb.js';
import { decodeModel, encodeModel } from '../onnx/model-file.ts';
import type { PatchSquare } from './patch-square.ts';
import { COLOURS, sumsAcross, sumsDown } from './pixel-sums.ts';
import { FACTOR, replaceSums, sumsPixels } from './replace-sums.ts';

/**
 * The same network for squares of k × k patches in one pass: its layers hold no size, so only how it sums 4×4 pixels and what
 * it says of its input and output change, to uint8 [1, side, side, 3] and float32 [k², classes]. Takes and gives the bytes of
 * an .onnx file whose manifest states `dense`. Throws ARGUMENT_INVALID for another.
 */
export function wholeSquares(
  bytes: Uint8Array,
  { input, output }: { readonly input: string; readonly output: string },
  square: PatchSquare,
): Uint8Array<ArrayBuffer> {
  const sidePx = squareSidePx(square, square.cells);
  const shape: Shape = [1, sidePx, sidePx, COLOURS];
  const model = sumsPixels(bytes, input) ? replaceSums(bytes, input, sumsOfSquare(input, shape)) : decodeModel(bytes);
  const { graph } = model;
  if (graph === undefined) throw new GigascopeError('ARGUMENT_INVALID', 'the file holds no graph');
  const named = (infos: readonly ValueInfoProto[], name: string, shapeOf: (shape: Shape) => Shape): ValueInfoProto[] =>
    infos.map((info) => (info.name === name ? reshaped(info, shapeOf) : info));
  return encodeModel({
    ...model,
    graph: {
      ...graph,
      input: named(graph.input, input, () => shape),
      output: named(graph.output, output, ([, ...rest]) => [square.cells ** 2, ...rest]),
    },
  });
}

/** The square's sums of 4×4 pixels, to the last bit what a convolution over it gives, in a third of its time. */
function sumsOfSquare(input: string, shape: Shape): ModelProto {
  const g = new GraphBuilder({ name: 'square', seed: 0 });
  const pixels = g.input(input, 'uint8', shape);
  const plane = squarePlane(g, 'square.plane', pixels);
  sumsAcross(g, SQUARE_SUMS, sumsDown(g, 'square.lines', plane, FACTOR), FACTOR);
  return g.build();
}

function reshaped(info: ValueInfoProto, shapeOf: (shape: Shape) => Shape): ValueInfoProto {
  const tensor = readValueInfo(info);
  if (tensor === null) throw new GigascopeError('ARGUMENT_INVALID', `${info.name} has no known shape`);
  return valueInfo({ ...tensor, shape: shapeOf(tensor.shape) });
}
