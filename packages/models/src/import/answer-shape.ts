import { refusal } from './image-input.ts';

/** What a model's output is for each patch. */
export type AnswerShape =
  | { readonly task: 'classify'; readonly outputs: number }
  | {
      readonly task: 'segment';
      readonly outputs: number;
      readonly sidePx: number;
      /** NHW: one output, without an axis of its own. */
      readonly layout: 'NCHW' | 'NHWC' | 'NHW';
    };

/**
 * Reads the sizes of an output of `count` patches as they came out of a run: [N], [N, C] with any axes of size 1 is a
 * class for each patch; [N, C, H, W], [N, H, W, C] or [N, H, W] a class for each pixel. Throws MODEL_UNSUPPORTED for others.
 */
export function readAnswerShape(
  name: string,
  dims: readonly number[],
  count: number,
  inputLayout: 'NCHW' | 'NHWC',
): AnswerShape {
  const [batch, ...rest] = dims;
  if (batch !== count)
    throw refusal(
      `its output ${name} is [${dims.join(', ')}] for ${count} patches: its first axis is not that of patches`,
    );
  const large = rest.filter((size) => size !== 1);
  if (large.length <= 1) return { task: 'classify', outputs: large[0] ?? 1 };
  const [a = 0, b = 0, c = 0] = rest;
  if (rest.length === 2 && a === b) return { task: 'segment', outputs: 1, sidePx: a, layout: 'NHW' };
  if (rest.length === 3) {
    const planes = { task: 'segment', outputs: a, sidePx: b, layout: 'NCHW' } as const;
    const pixels = { task: 'segment', outputs: c, sidePx: a, layout: 'NHWC' } as const;
    if (b === c && a === b) return inputLayout === 'NCHW' ? planes : pixels;
    if (b === c) return planes;
    if (a === b) return pixels;
  }
  throw refusal(
    `its output ${name} is [N, ${rest.join(', ')}]: neither classes [N, C] nor classes of square pixels [N, C, H, W]`,
  );
}

/** How the output's pixels lie on the patch. */
export interface Coverage {
  /** Side of the output in patch pixels, after the resize. */
  readonly outputSizePx: number;
  /** The output is coarser, or finer, than the patch and is resized to it. */
  readonly isResized: boolean;
}

/**
 * An output as large as the model's image, or smaller by a whole number, covers the whole patch. Any other smaller one is
 * that of an unpadded network: pixel for pixel the middle of its image, which is not to be resized then.
 */
export function coverageOf(outputSidePx: number, modelSidePx: number, patchSizePx: number): Coverage {
  if (modelSidePx % outputSidePx === 0) return { outputSizePx: patchSizePx, isResized: outputSidePx !== patchSizePx };
  if (outputSidePx > modelSidePx) throw refusal(`it gives ${outputSidePx} px for an image of ${modelSidePx} px`);
  if (modelSidePx !== patchSizePx)
    throw refusal(
      'it leaves out the border of its image: patches for it cannot be resized; state the --mpp it was made for',
    );
  return { outputSizePx: outputSidePx, isResized: false };
}
