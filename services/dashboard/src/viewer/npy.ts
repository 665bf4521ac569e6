/** A heatmap as the server stores it: probabilities, row-major, NaN off tissue. Frame: heatmap cells. */
export interface FloatMap {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array<ArrayBuffer>;
}

const MAGIC = '\x93NUMPY';

/**
 * Reads a little-endian float32 array of two dimensions in NumPy's .npy format, versions 1 to 3 (NumPy NEP 1).
 * Throws a RangeError for anything else, a truncated file included.
 */
export function parseNpy(bytes: ArrayBuffer): FloatMap {
  const view = new DataView(bytes);
  if (bytes.byteLength < 12 || latin1(bytes, 0, 6) !== MAGIC) throw new RangeError('not a .npy file');
  const major = view.getUint8(6);
  const headerStart = major === 1 ? 10 : 12;
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = headerStart + headerBytes;
  if (dataStart > bytes.byteLength) throw new RangeError('the .npy header is cut off');
  const header = latin1(bytes, headerStart, headerBytes);
  if (!/'descr':\s*'<f4'/.test(header)) throw new RangeError('the .npy array is not little-endian float32');
  if (!/'fortran_order':\s*False/.test(header)) throw new RangeError('the .npy array is not in C order');
  const shape = /'shape':\s*\((\d+),\s*(\d+),?\s*\)/.exec(header);
  if (!shape) throw new RangeError('the .npy array does not have two dimensions');
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  const dataBytes = rows * columns * 4;
  if (bytes.byteLength - dataStart !== dataBytes) {
    throw new RangeError(`the .npy array holds ${bytes.byteLength - dataStart} bytes instead of ${dataBytes}`);
  }
  // A copy: the data begins at a multiple of 64 in files that NumPy wrote, but the format does not promise it.
  return { columns, rows, values: new Float32Array(bytes.slice(dataStart)) };
}

function latin1(bytes: ArrayBuffer, start: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(bytes, start, length));
}
