import { GigascopeError } from '@gigascope/contracts';
import { checkProbabilities, softmaxOverClasses } from './check-output.ts';
import type { EngineManifest } from './options.ts';

/** One output tensor of a run over a whole batch. */
export interface OutputTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** Columns of a detecting network's output: image, x0, y0, x1, y1, score, class. */
const OUTPUT_COLUMNS = 7;
/**
 * Takes a batch's output apart into one answer a patch, checked: probabilities from 0 to 1 that sum to 1, boxes and maps finite. Answers
 * are copies, so the runtime's memory is free again. Throws MODEL_OUTPUT_INVALID for another shape, NaN and the like.
 */
export function splitAnswers(
  tensor: OutputTensor | undefined,
  manifest: EngineManifest,
  batchSize: number,
  count: number,
): Float32Array<ArrayBuffer>[] {
  const { name } = manifest.output;
  if (!(tensor?.data instanceof Float32Array))
    throw new GigascopeError('MODEL_OUTPUT_INVALID', `${name} is no float32`);
  if (manifest.output.meaning === 'activations') return splitMaps(tensor.data, manifest, batchSize, count);
  if (manifest.task === 'detect') return splitBoxes(tensor.data, tensor.dims, manifest, count);
  const classes = manifest.classes.length;
  const sidePx = manifest.outputSizePx ?? manifest.patchSizePx;
  const shape = [batchSize, classes, ...(manifest.task === 'segment' ? [sidePx, sidePx] : [])];
  if (tensor.dims.join() !== shape.join())
    throw new GigascopeError(
      'MODEL_OUTPUT_INVALID',
      `${name} is [${tensor.dims.join(', ')}], not [${shape.join(', ')}]`,
    );
  const places = manifest.task === 'segment' ? sidePx ** 2 : 1;
  const perPatch = classes * places;
  const values = new Float32Array(tensor.data.subarray(0, count * perPatch));
  return Array.from({ length: count }, (_, patch) => {
    const answer = values.subarray(patch * perPatch, (patch + 1) * perPatch);
    if (manifest.output.meaning === 'logits') softmaxOverClasses(answer, classes, places);
    checkProbabilities(answer, classes, places, patch);
    return answer;
  });
}

/** The answers to the wanted cells of one square, [cells, classes], checked as those of a batch. */
export function answerOfSquare(
  tensor: OutputTensor | undefined,
  manifest: EngineManifest,
  square: NonNullable<EngineManifest['square']>,
  cells: Int32Array,
): Float32Array<ArrayBuffer> {
  const isWhole = square.pass === 'whole';
  const inferred = isWhole ? square.cells ** 2 : cells.length;
  const answers = splitAnswers(tensor, manifest, inferred, inferred);
  const classes = manifest.classes.length;
  const wanted = new Float32Array(cells.length * classes);
  for (const [at, cell] of cells.entries()) wanted.set(answers[isWhole ? cell : at] ?? [], at * classes);
  return wanted;
}

/** One map [classes, h, w] a patch, of whatever size the network leaves. */
function splitMaps(
  data: Float32Array,
  { output, classes }: EngineManifest,
  batchSize: number,
  count: number,
): Float32Array<ArrayBuffer>[] {
  const perPatch = data.length / batchSize;
  if (perPatch === 0 || perPatch % classes.length !== 0 || !data.every(Number.isFinite))
    throw new GigascopeError('MODEL_OUTPUT_INVALID', `${output.name} is no finite map of ${classes.length} classes`);
  const values = new Float32Array(data.subarray(0, count * perPatch));
  return Array.from({ length: count }, (_, patch) => values.subarray(patch * perPatch, (patch + 1) * perPatch));
}

function splitBoxes(
  data: Float32Array,
  dims: readonly number[],
  { output, classes, patchSizePx }: EngineManifest,
  count: number,
): Float32Array<ArrayBuffer>[] {
  if (dims.length !== 2 || dims[1] !== OUTPUT_COLUMNS)
    throw new GigascopeError(
      'MODEL_OUTPUT_INVALID',
      `${output.name} is [${dims.join(', ')}], not [K, ${OUTPUT_COLUMNS}]`,
    );
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (let at = 0; at < data.length; at += OUTPUT_COLUMNS) {
    const image = data[at] as number;
    // The empty patches that fill a batch up may hold boxes, too.
    if (Number.isInteger(image) && image >= count) continue;
    const [x0, y0, x1, y1, score, kind] = data.subarray(at + 1, at + OUTPUT_COLUMNS) as unknown as Box;
    const ordered = x0 >= -patchSizePx && y0 >= -patchSizePx && x0 <= x1 && y0 <= y1 && x1 <= 2 * patchSizePx;
    const known = Number.isInteger(kind) && kind >= 0 && kind < classes.length && score >= 0 && score <= 1;
    const box = rows[image];
    if (box === undefined || !ordered || !known || !(y1 <= 2 * patchSizePx))
      throw new GigascopeError('MODEL_OUTPUT_INVALID', `box [${data.subarray(at, at + OUTPUT_COLUMNS).join(', ')}]`);
    box.push(x0, y0, x1, y1, score, kind);
  }
  return rows.map((box) => Float32Array.from(box));
}

type Box = readonly [x0: number, y0: number, x1: number, y1: number, score: number, kind: number];
