import type { EngineOptions } from '@gigascope/models';

/** One node of a frozen TensorFlow graph, in the form that tensorflowjs_converter writes. */
interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

const FLOAT = { type: 'DT_FLOAT' };
const SIDE = 2;

function placeholder(side: number): GraphNode {
  const dim = [-1, side, side, 3].map((size) => ({ size: String(size) }));
  return { name: 'image', op: 'Placeholder', attr: { dtype: FLOAT, shape: { shape: { dim } } } };
}

const constant = (name: string, dtype: string): GraphNode => ({ name, op: 'Const', attr: { dtype: { type: dtype } } });

/** A network of one matrix: the mean colour of 2 × 2 px, times the matrix, softmax. */
const MATRIX_NODES: readonly GraphNode[] = [
  placeholder(SIDE),
  constant('axes', 'DT_INT32'),
  constant('matrix', 'DT_FLOAT'),
  { name: 'mean', op: 'Mean', input: ['image', 'axes'], attr: { keep_dims: { b: false }, T: FLOAT } },
  {
    name: 'product',
    op: 'MatMul',
    input: ['mean', 'matrix'],
    attr: { transpose_a: { b: false }, transpose_b: { b: false }, T: FLOAT },
  },
];
const SOFTMAX: GraphNode = { name: 'scores', op: 'Softmax', input: ['product'], attr: { T: FLOAT } };

/** Red of 100 becomes 0, ln 2 and ln 5. */
const MATRIX = [0, Math.LN2 / 100, Math.log(5) / 100, 0, 0.001, 0, 0, 0, 0.002];

export function smallGraph(): EngineOptions {
  return options([...MATRIX_NODES, SOFTMAX], SIDE);
}

/** The same behind a Switch and a Merge, which the library runs only step by step. */
export function branchedGraph(): EngineOptions {
  return options(
    [
      ...MATRIX_NODES,
      constant('yes', 'DT_BOOL'),
      { name: 'switch', op: 'Switch', input: ['product', 'yes'], attr: { T: FLOAT } },
      { name: 'merge', op: 'Merge', input: ['switch', 'switch:1'], attr: { T: FLOAT, N: { i: '2' } } },
      { ...SOFTMAX, input: ['merge'] },
    ],
    SIDE,
    [['yes', 'bool', [], Uint8Array.of(1)]],
  );
}

/** Gives each pixel its bytes over 255: [N, 2, 2, 3]. */
export function pixelGraph(): EngineOptions {
  const made = options(
    [
      placeholder(SIDE),
      constant('axes', 'DT_INT32'),
      constant('matrix', 'DT_FLOAT'),
      constant('byte', 'DT_FLOAT'),
      { name: 'scores', op: 'RealDiv', input: ['image', 'byte'], attr: { T: FLOAT } },
    ],
    SIDE,
    [['byte', 'float32', [], new Uint8Array(Float32Array.of(255).buffer)]],
  );
  return { ...made, manifest: { ...made.manifest, task: 'segment', outputSizePx: SIDE } };
}

type Weight = readonly [name: string, dtype: string, shape: readonly number[], bytes: Uint8Array];

function options(node: readonly GraphNode[], patchSizePx: number, more: readonly Weight[] = []): EngineOptions {
  const weights: readonly Weight[] = [
    ['axes', 'int32', [2], new Uint8Array(Int32Array.of(1, 2).buffer)],
    ['matrix', 'float32', [3, 3], new Uint8Array(Float32Array.from(MATRIX).buffer)],
    ...more,
  ];
  const specs = weights.map(([name, dtype, shape]) => ({ name, dtype, shape }));
  const json = {
    format: 'graph-model',
    modelTopology: { node, library: {}, versions: {} },
    weightsManifest: [{ paths: ['weights.bin'], weights: specs }],
  };
  const input = { name: 'image', layout: 'NHWC', dtype: 'uint8', colour: 'RGB', normalisation: '' } as const;
  return {
    model: new TextEncoder().encode(JSON.stringify(json)),
    files: new Map([['weights.bin', Uint8Array.from(weights.flatMap(([, , , bytes]) => [...bytes]))]]),
    manifest: {
      task: 'classify',
      patchSizePx,
      classes: ['a', 'b', 'c'],
      input,
      output: { name: 'scores', meaning: 'probabilities' },
    },
    batchSize: 2,
  };
}
