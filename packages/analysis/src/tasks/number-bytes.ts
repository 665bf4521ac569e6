/** The bytes of an array of numbers as they lie in memory: little-endian on every machine that Node runs on here. */
export function bytesOf(values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function floatsOf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

export function doublesOf(bytes: Uint8Array): Float64Array<ArrayBuffer> {
  return new Float64Array(Uint8Array.from(bytes).buffer);
}
