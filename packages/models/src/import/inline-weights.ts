import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { clearField } from '@bufbuild/protobuf';
import { GigascopeError } from '@gigascope/contracts';
import { externalTensors } from '../bundle/external-data.ts';
import { type ModelProto, type TensorProto, TensorProtoSchema } from '../onnx/generated/onnx-ml_pb.js';

/** A plain name: no folder, no drive, nothing hidden. */
const PLAIN_NAME = /^[A-Za-z0-9_][\w.+-]*$/;
/** All weights of one file, which cannot be larger than this. */
const MAX_TOTAL_BYTES = 2 ** 31 - 1;

/**
 * Takes weights that PyTorch wrote to files beside the model (`model.onnx.data`) into the model itself. Only files that
 * lie in the model's own folder are opened: no links, no other folders, no devices. Throws COMPANION_OUTSIDE_SLIDE for
 * any other place, and MODEL_UNSUPPORTED where a tensor reaches beyond its file's end.
 */
export async function inlineWeights(model: ModelProto, folder: string): Promise<void> {
  let total = 0;
  for (const tensor of externalTensors(model)) {
    const { file, offset, length } = placeOf(tensor);
    const path = join(folder, file);
    const state = await lstat(path).catch(() => undefined);
    if (state === undefined || !state.isFile())
      throw outside(tensor, `"${file}", and no such file lies beside the model`);
    const bytes = length ?? state.size - offset;
    total += bytes;
    if (offset + bytes > state.size || bytes < 0 || total > MAX_TOTAL_BYTES)
      throw new GigascopeError('MODEL_UNSUPPORTED', `${tensor.name} reaches beyond the end of ${file}`);
    await using handle = await open(path, 'r');
    tensor.rawData = new Uint8Array(bytes);
    await handle.read(tensor.rawData, 0, bytes, offset);
    tensor.externalData = [];
    clearField(tensor, TensorProtoSchema.field.dataLocation);
  }
}

function placeOf(tensor: TensorProto): { file: string; offset: number; length: number | undefined } {
  const fields = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const file = fields.get('location') ?? '';
  if (!PLAIN_NAME.test(file)) throw outside(tensor, `"${file}"`);
  const [offset, length] = [fields.get('offset') ?? '0', fields.get('length')];
  if (!/^\d{1,10}$/.test(offset) || !/^\d{1,10}$/.test(length ?? '0'))
    throw new GigascopeError('MODEL_UNSUPPORTED', `${tensor.name} states no place in ${file}`);
  return { file, offset: Number(offset), length: length === undefined ? undefined : Number(length) };
}

function outside(tensor: TensorProto, where: string): GigascopeError {
  return new GigascopeError('COMPANION_OUTSIDE_SLIDE', `weights "${tensor.name}" lie in ${where}`);
}
