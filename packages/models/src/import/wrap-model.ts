import { create } from '@bufbuild/protobuf';
import { PATCHES, PROBABILITIES } from '../architectures/architecture.ts';
import { type GraphProto, GraphProtoSchema, type ModelProto, ModelProtoSchema } from '../onnx/generated/onnx-ml_pb.js';
import { TAIL_PREFIX } from './answer-tail.ts';
import { DOOR_OUTPUT, DOOR_PREFIX } from './image-door.ts';
import { renameValues } from './rename-values.ts';

/**
 * Makes room in a graph for a door and a tail, in place: its image comes from the door, and names that those use are
 * given up. Gives the new name of its output.
 */
export function prepareInner(graph: GraphProto, image: string, output: string): string {
  const isTaken = (name: string) =>
    name === PATCHES || name === PROBABILITIES || name.startsWith(DOOR_PREFIX) || name.startsWith(TAIL_PREFIX);
  const rename = (name: string) => (name === image ? DOOR_OUTPUT : isTaken(name) ? `inner.${name}` : name);
  renameValues(graph, rename);
  // The runtime refuses two nodes of one name.
  for (const node of graph.node) if (isTaken(node.name)) node.name = `inner.${node.name}`;
  return rename(output);
}

/** Joins a door, a prepared model and a tail to one model, in the model's own operator sets. */
export function wrapModel(door: ModelProto, inner: ModelProto, tail: ModelProto): ModelProto {
  const parts = [door.graph, inner.graph, tail.graph];
  const graph = create(GraphProtoSchema, {
    name: inner.graph?.name ?? 'model',
    node: parts.flatMap((part) => part?.node ?? []),
    initializer: parts.flatMap((part) => part?.initializer ?? []),
    sparseInitializer: inner.graph?.sparseInitializer ?? [],
    quantizationAnnotation: inner.graph?.quantizationAnnotation ?? [],
    input: door.graph?.input ?? [],
    output: tail.graph?.output ?? [],
  });
  return create(ModelProtoSchema, { ...inner, graph });
}
