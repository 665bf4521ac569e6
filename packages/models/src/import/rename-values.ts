import type { GraphProto } from '../onnx/generated/onnx-ml_pb.js';

/** Renames values wherever a graph and its subgraphs use them, in place. Nodes' own names stay. */
export function renameValues(graph: GraphProto, rename: (name: string) => string): void {
  const graphs = [graph];
  for (let each = graphs.pop(); each !== undefined; each = graphs.pop()) {
    for (const value of [...each.input, ...each.output, ...each.initializer]) value.name = rename(value.name);
    for (const { values } of each.sparseInitializer) if (values !== undefined) values.name = rename(values.name);
    for (const node of each.node) {
      node.input = node.input.map(rename);
      node.output = node.output.map(rename);
      for (const { g, graphs: more } of node.attribute) graphs.push(...(g === undefined ? [] : [g]), ...more);
    }
    // Shapes noted by whoever exported the graph: the runtime works them out again.
    each.valueInfo = [];
  }
}
