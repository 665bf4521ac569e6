import { float, int } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { elementsPerPatch, formatShape, requireType, shapeError, type Tensor } from '../tensor.ts';
import { type Initial, initialWeights } from './initial.ts';

/** A fully connected layer, [N, in] → [N, out]: `<name>.weight` [out, in] as PyTorch stores it, `<name>.bias` [out]; the result is named `output`. */
export function gemm(
  g: GraphBuilder,
  name: string,
  x: Tensor,
  outputs: number,
  output: string,
  initial: Initial = {},
): Tensor {
  requireType('Gemm', x, 'float32');
  const [batch, inputs] = x.shape;
  if (x.shape.length !== 2 || batch === undefined || typeof inputs !== 'number')
    throw shapeError('Gemm', `${x.name} is ${formatShape(x.shape)}, not [N, features]`);
  return g.node({
    op: 'Gemm',
    name: output,
    inputs: [
      x,
      initialWeights(g, `${name}.weight`, [outputs, inputs], inputs, initial),
      g.weights(`${name}.bias`, [outputs], new Float32Array(outputs)),
    ],
    attributes: { alpha: float(1), beta: float(1), transB: int(1) },
    dtype: 'float32',
    shape: [batch, outputs],
    multiplyAdds: inputs * outputs * (typeof batch === 'number' ? 1 : elementsPerPatch([batch])),
  });
}
