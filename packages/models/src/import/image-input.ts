import { GigascopeError, type ImportDetails } from '@gigascope/contracts';
import { type ModelProto, TensorProto_DataType, type ValueInfoProto } from '../onnx/generated/onnx-ml_pb.js';

const COLOURS = 3;
const TYPES: Readonly<Partial<Record<TensorProto_DataType, string>>> = {
  [TensorProto_DataType.UINT8]: 'uint8',
  [TensorProto_DataType.INT32]: 'int32',
  [TensorProto_DataType.FLOAT]: 'float32',
  [TensorProto_DataType.FLOAT16]: 'float16',
  [TensorProto_DataType.DOUBLE]: 'float64',
};

/** What a model's one input is. */
export interface ImageInput {
  readonly name: string;
  readonly type: TensorProto_DataType;
  readonly typeName: string;
  /** Whole numbers are bytes as they are: the model normalises them itself. */
  readonly takesBytes: boolean;
  /** null where the file leaves the channels' axis open. */
  readonly layout: 'NCHW' | 'NHWC' | null;
  /** null where the model takes any. */
  readonly sidePx: number | null;
  /** Patches of each run where the file fixes them; null where it does not. */
  readonly batch: number | null;
}

/** Reads what the model takes. Throws MODEL_UNSUPPORTED, in a sentence, for anything but one batch of square colour images. */
export function readImageInput(model: ModelProto, details: ImportDetails): ImageInput {
  const weights = new Set(model.graph?.initializer.map(({ name }) => name));
  const inputs = (model.graph?.input ?? []).filter(({ name }) => !weights.has(name));
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw refusal(`it has ${inputs.length} inputs${names === '' ? '' : ` (${names})`}, not one for an image`);
  }
  const { type, dims } = tensorType(input);
  const typeName = TYPES[type];
  if (typeName === undefined) throw refusal(`its input ${input.name} is no number type that images come in`);
  if (dims !== null && dims.length !== 4)
    throw refusal(`its input ${input.name} has ${dims.length} axes; a batch of images has 4`);
  const [batch = null, ...rest] = dims ?? [null, null, null, null];
  const layout = layoutOf(input.name, rest, details);
  const sides = layout === 'NHWC' ? rest.slice(0, 2) : rest.slice(1);
  const [height = null, width = null] = layout === null ? [] : sides;
  if (height !== null && width !== null && height !== width)
    throw refusal(`it takes images of ${width} × ${height} px; patches are square`);
  const takesBytes = type === TensorProto_DataType.UINT8 || type === TensorProto_DataType.INT32;
  return { name: input.name, type, typeName, takesBytes, layout, sidePx: height ?? width, batch };
}

function layoutOf(name: string, [a, b, c]: readonly (number | null)[], details: ImportDetails): ImageInput['layout'] {
  const possible = (['NCHW', 'NHWC'] as const).filter((layout) => {
    const [channels, side] = layout === 'NCHW' ? [a, c] : [c, a];
    return (channels === null || channels === COLOURS) && side !== COLOURS && b !== COLOURS;
  });
  const stated = details.layout;
  if (stated !== undefined && possible.includes(stated)) return stated;
  const [only, more] = possible;
  if (only === undefined || stated !== undefined)
    throw refusal(
      `its input ${name} is [N, ${[a, b, c].map((size) => size ?? '?').join(', ')}]; images have 3 channels, on the second or the last axis`,
    );
  const isSure = more === undefined && (only === 'NCHW' ? a : c) !== null;
  return isSure ? only : null;
}

/** Element type and sizes of a value; a size is null where it is open or named, all of them where the file says nothing. */
export function tensorType(info: ValueInfoProto): { type: TensorProto_DataType; dims: (number | null)[] | null } {
  if (info.type?.value.case !== 'tensorType') throw refusal(`${info.name} is a list or a map, not numbers`);
  const { elemType, shape } = info.type.value.value;
  const dims = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null,
  );
  return { type: elemType as TensorProto_DataType, dims: dims ?? null };
}

export function refusal(detail: string, cause?: unknown): GigascopeError {
  return new GigascopeError('MODEL_UNSUPPORTED', detail, cause === undefined ? undefined : { cause });
}
