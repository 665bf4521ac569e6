import { type NpyArray, readNpy, writeNpy } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const utf8 = new TextEncoder();

/** A file with any header; `data` follows it. */
function file(header: string, data: Uint8Array = new Uint8Array(), version = 1): Uint8Array {
  const text = utf8.encode(header);
  const length = new Uint8Array(version === 1 ? 2 : 4);
  new DataView(length.buffer).setUint16(0, text.length, true);
  return Uint8Array.from([0x93, ...utf8.encode('NUMPY'), version, 0, ...length, ...text, ...data]);
}

const refused = expect.objectContaining({ code: 'ARGUMENT_INVALID' });

describe('.npy', () => {
  it('writes float32 [[1, 2.5, −3]] as the 140 bytes that NumPy 2.4 writes', () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }";
    const expected = [0x93, ...utf8.encode('NUMPY\x01\x00v\x00'), ...utf8.encode(`${header.padEnd(117)}\n`)];
    const values = [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0x40, 0, 0, 0x40, 0xc0];
    expect([...writeNpy({ shape: [1, 3], data: Float32Array.of(1, 2.5, -3) })]).toEqual([...expected, ...values]);
  });

  it('reads back what it wrote, NaN included, for 3 types and 0 to 4 dimensions', () => {
    const arrays = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const bounds = { minLength: length, maxLength: length };
      return fc
        .oneof(fc.float32Array(bounds), fc.float64Array(bounds), fc.uint8Array(bounds))
        .map((data) => ({ shape, data }) as NpyArray);
    });
    fc.assert(
      fc.property(arrays, (array) => {
        expect(readNpy(writeNpy(array))).toEqual(array);
      }),
    );
  });

  it('reads Fortran order into C order: a 2 × 3 array stored by columns', () => {
    const bytes = file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n", Uint8Array.of(1, 4, 2, 5, 3, 6));
    expect(readNpy(bytes)).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  it('reads float64 of version 2.0 with keys in another order and from an odd offset of a buffer', () => {
    const plain = file(
      "{'shape': (1,), 'fortran_order': False, 'descr': '<f8'}",
      new Uint8Array(Float64Array.of(0.1).buffer),
      2,
    );
    const shifted = Uint8Array.from([9, ...plain]).subarray(1);
    expect(readNpy(shifted)).toEqual({ shape: [1], data: Float64Array.of(0.1) });
  });

  it.each([
    [
      'a shape of 10¹⁵ × 10¹⁴ values',
      "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999999, 99999999999999), }",
    ],
    ['a pickled object', "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"],
    ['big-endian floats', "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }"],
    ['a structured type', "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"],
    ['a negative side', "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"],
    ['an expression', "{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (1,), }"],
    ['a key twice', "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"],
    ['a missing key', "{'descr': '<f4', 'shape': (1,), }"],
    ['9 dimensions', "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }"],
    ['no dictionary', 'hello'],
  ])('refuses %s', (_, header) => {
    expect(() => readNpy(file(header, new Uint8Array(4)))).toThrow(refused);
  });

  it('refuses every truncation of a file, one byte too many, and random bytes', () => {
    const bytes = writeNpy({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    for (let length = 0; length < bytes.length; length++)
      expect(() => readNpy(bytes.subarray(0, length))).toThrow(refused);
    expect(() => readNpy(Uint8Array.from([...bytes, 0]))).toThrow(refused);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(() => readNpy(noise)).toThrow(refused);
      }),
    );
  });

  it('answers a hostile header of 65,000 commas, quotes or spaces at once', () => {
    for (const filling of [',', "'", ' ', '1,', '(']) {
      const header = `{'descr': '<f4', 'shape': (${filling.repeat(Math.floor(65000 / filling.length))}`;
      expect(() => readNpy(file(header))).toThrow(refused);
      expect(() => readNpy(file(`${header})}`))).toThrow(refused);
    }
  });
});
