import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
} from '../onnx/generated/onnx-ml_pb.js';

/** An attribute that does not know its name yet. */
export type Attribute = (name: string) => AttributeProto;

export function int(value: number): Attribute {
  return (name) => create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}

export function ints(values: readonly number[]): Attribute {
  return (name) => create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: values.map(BigInt) });
}

export function float(value: number): Attribute {
  return (name) => create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value });
}

/** UTF-8 text, such as the name of a mode. */
export function text(value: string): Attribute {
  return (name) =>
    create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
}
