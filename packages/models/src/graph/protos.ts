import { create } from '@bufbuild/protobuf';
import {
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../onnx/generated/onnx-ml_pb.js';
import { type DataType, type Dimension, elementsPerPatch, formatDimension, type Shape, type Tensor } from './tensor.ts';

const ELEMENT: Readonly<Record<DataType, TensorProto_DataType>> = {
  bool: TensorProto_DataType.BOOL,
  uint8: TensorProto_DataType.UINT8,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  float32: TensorProto_DataType.FLOAT,
};

export function elementType(dtype: DataType): TensorProto_DataType {
  return ELEMENT[dtype];
}

/** `raw` is little-endian, as ONNX stores it and as every machine that runs Node has it. */
export function tensorProto(tensor: Tensor, raw: Uint8Array): TensorProto {
  return create(TensorProtoSchema, {
    name: tensor.name,
    dataType: elementType(tensor.dtype),
    dims: tensor.shape.map((d) => BigInt(elementsPerPatch([d]))),
    rawData: raw,
  });
}

/** Writes the batch as a named dimension, "N" or "8*N", and a size that the run decides by its name. */
export function valueInfo(tensor: Tensor): ValueInfoProto {
  const dim = tensor.shape.map(dimensionProto);
  return create(ValueInfoProtoSchema, {
    name: tensor.name,
    type: { value: { case: 'tensorType', value: { elemType: elementType(tensor.dtype), shape: { dim } } } },
  });
}

function dimensionProto(dimension: Dimension): { value: ReturnType<typeof dimensionValue> } {
  return { value: dimensionValue(dimension) };
}

function dimensionValue(
  dimension: Dimension,
): { case: 'dimValue'; value: bigint } | { case: 'dimParam'; value: string } {
  if (typeof dimension === 'number') return { case: 'dimValue', value: BigInt(dimension) };
  return { case: 'dimParam', value: formatDimension(dimension) };
}

/** Reads a tensor type back; null where the file leaves a dimension nameless or uses an element type that we do not. */
export function readValueInfo(info: ValueInfoProto): Tensor | null {
  if (info.type?.value.case !== 'tensorType') return null;
  const { elemType, shape } = info.type.value.value;
  const dtype = (Object.keys(ELEMENT) as DataType[]).find((type) => ELEMENT[type] === elemType);
  if (dtype === undefined || shape === undefined) return null;
  const dimensions: Dimension[] = [];
  for (const { value } of shape.dim) {
    if (value.case === 'dimValue') dimensions.push(Number(value.value));
    else if (value.case === 'dimParam') dimensions.push({ times: 1 });
    else return null;
  }
  return { name: info.name, dtype, shape: dimensions as Shape };
}
