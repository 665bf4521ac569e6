import { formatNpyHeader, invalid, parseNpyHeader } from './npy-header.ts';

/** An array in C order (the last axis varies fastest): data.length is the product of `shape`. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const; // "\x93NUMPY"
const ALIGNMENT_BYTES = 64;
/** NumPy leaves room for a first axis of 21 digits, so that a file can grow in place. */
const GROWING_AXIS_DIGITS = 21;
/** Version 1.0 cannot state more than this; larger headers of version 2.0 belong to structured types, which are refused anyway. */
const HEADER_LIMIT_BYTES = 65535;

const BYTES_PER_VALUE: Readonly<Record<string, number>> = { '<f4': 4, '<f8': 8, '|u1': 1 };

/** Writes a .npy file of version 1.0, byte for byte as NumPy's `save` does. Source: NEP 1 and numpy.lib.format. */
export function writeNpy({ shape, data }: NpyArray): Uint8Array<ArrayBuffer> {
  if (product(shape) !== data.length) throw invalid(`shape (${shape.join(', ')}) holds not ${data.length} values`);
  const descr = data instanceof Float32Array ? '<f4' : data instanceof Float64Array ? '<f8' : '|u1';
  const growth = shape[0] === undefined ? 0 : GROWING_AXIS_DIGITS - `${shape[0]}`.length;
  const header = formatNpyHeader({ descr, fortranOrder: false, shape }) + ' '.repeat(growth);
  const unpadded = MAGIC.length + 4 + header.length + 1;
  const offset = Math.ceil(unpadded / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const out = new Uint8Array(offset + data.byteLength);
  const view = new DataView(out.buffer);
  out.set(MAGIC, 0);
  out.set([1, 0], MAGIC.length);
  view.setUint16(8, offset - 10, true);
  out.set(new TextEncoder().encode(`${header.padEnd(offset - 11, ' ')}\n`), 10);
  if (data instanceof Uint8Array) out.set(data, offset);
  const isSingle = data instanceof Float32Array;
  for (let k = 0; !(data instanceof Uint8Array) && k < data.length; k++) {
    if (isSingle) view.setFloat32(offset + 4 * k, data[k] as number, true);
    else view.setFloat64(offset + 8 * k, data[k] as number, true);
  }
  return out;
}

/**
 * Reads a .npy file of version 1.0, 2.0 or 3.0 that holds little-endian float32 or float64 or uint8.
 * Fortran order is turned into C order. Nothing is allocated before the stated shape is known to match the bytes present.
 * Throws ARGUMENT_INVALID for anything else: other types, a truncated file, bytes left over.
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 10 || MAGIC.some((byte, k) => bytes[k] !== byte)) throw invalid('its first bytes are wrong');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6] as number;
  if (major < 1 || major > 3 || (major > 1 && bytes.length < 12)) throw invalid(`its version is ${major}`);
  const start = major === 1 ? 10 : 12;
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > HEADER_LIMIT_BYTES || start + headerBytes > bytes.length) throw invalid('its header is cut off');
  const offset = start + headerBytes;
  const header = parseNpyHeader(new TextDecoder('latin1').decode(bytes.subarray(start, offset)));

  const width = BYTES_PER_VALUE[header.descr];
  if (width === undefined) throw invalid(`its values are of type ${header.descr}`);
  const count = product(header.shape);
  if (!Number.isSafeInteger(count * width) || offset + count * width !== bytes.length) {
    throw invalid(`${bytes.length - offset} bytes do not hold the shape (${header.shape.join(', ')})`);
  }
  const target = header.fortranOrder ? fortranToC(header.shape) : undefined;
  const at = target ?? ((k: number) => k);
  if (header.descr === '<f4') {
    const data = new Float32Array(count);
    for (let k = 0; k < count; k++) data[at(k)] = view.getFloat32(offset + 4 * k, true);
    return { shape: header.shape, data };
  }
  if (header.descr === '<f8') {
    const data = new Float64Array(count);
    for (let k = 0; k < count; k++) data[at(k)] = view.getFloat64(offset + 8 * k, true);
    return { shape: header.shape, data };
  }
  const data = new Uint8Array(count);
  for (let k = 0; k < count; k++) data[at(k)] = bytes[offset + k] as number;
  return { shape: header.shape, data };
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/** Where the k-th value of a Fortran-ordered array lies in C order. */
function fortranToC(shape: readonly number[]): (k: number) => number {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  return (k) => {
    let rest = k;
    let index = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const side = shape[axis] as number;
      index += (rest % side) * (strides[axis] as number);
      rest = Math.floor(rest / side);
    }
    return index;
  };
}
