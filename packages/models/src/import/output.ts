import { GigascopeError, type ImportDetails } from '@gigascope/contracts';
import { type GraphProto, TensorProto_DataType } from '../onnx/generated/onnx-ml_pb.js';
import { refusal, tensorType } from './image-input.ts';

const FLOATS: ReadonlySet<TensorProto_DataType> = new Set([
  TensorProto_DataType.FLOAT,
  TensorProto_DataType.FLOAT16,
  TensorProto_DataType.DOUBLE,
]);

/**
 * The name of the output that is meant: the stated one, or the only one; null where there are several. Throws
 * ARGUMENT_INVALID for a name that is none of them, MODEL_UNSUPPORTED where it holds whole numbers.
 */
export function chooseOutput(graph: GraphProto, { output: stated }: ImportDetails): string | null {
  const names = graph.output.map(({ name }) => name);
  if (stated !== undefined && !names.includes(stated))
    throw new GigascopeError('ARGUMENT_INVALID', `no output is named ${stated}: they are ${names.join(', ')}`);
  const [only, more] = names;
  const name = stated ?? (more === undefined ? only : undefined);
  const info = graph.output.find((each) => each.name === name);
  if (info === undefined) return null;
  if (info.type !== undefined && !FLOATS.has(tensorType(info).type))
    throw refusal(`its output ${info.name} holds whole numbers, as after an argmax: export what comes before it`);
  return info.name;
}
