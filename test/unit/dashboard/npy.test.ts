import { writeNpy } from '@gigascope/findings';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../services/dashboard/src/viewer/npy.ts';

/** A .npy file by hand, from NumPy's format description: magic, version, header length, header, data. */
function npy(header: string, data: Float32Array, version = 1): ArrayBuffer {
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + header.length + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), start);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + header.length);
  return bytes.buffer;
}

const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
const SIX = Float32Array.of(0, 0.25, 0.5, Number.NaN, 0.75, 1);

describe('parseNpy', () => {
  it('reads 2 rows of 3 columns, NaN included, in versions 1 and 2 and at an odd offset', () => {
    for (const [header, version] of [
      [HEADER, 1],
      [HEADER, 2],
      [` ${HEADER}`, 1],
    ] as const) {
      const map = parseNpy(npy(header, SIX, version));
      expect([map.columns, map.rows]).toEqual([3, 2]);
      expect([...map.values]).toEqual([...SIX]);
    }
  });

  it('reads what the pipeline writes', () => {
    const bytes = writeNpy({ shape: [2, 3], data: SIX });
    expect(parseNpy(bytes.buffer)).toEqual({ columns: 3, rows: 2, values: SIX });
  });

  it.each([
    ['a file of 4 bytes', new Uint8Array(4).buffer, 'not a .npy file'],
    ['a PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 0]).buffer, 'not a .npy file'],
    ['float64', npy(HEADER.replace('<f4', '<f8'), SIX), 'float32'],
    ['big-endian', npy(HEADER.replace('<f4', '>f4'), SIX), 'little-endian'],
    ['columns first', npy(HEADER.replace('False', 'True'), SIX), 'C order'],
    ['one dimension', npy(HEADER.replace('(2, 3)', '(6,)'), SIX), 'two dimensions'],
    ['its last 4 bytes cut off', npy(HEADER, SIX).slice(0, -4), '20 bytes instead of 24'],
    ['4 bytes too many', npy(HEADER, new Float32Array(7)), '28 bytes instead of 24'],
    ['a header cut off', npy(HEADER, SIX).slice(0, 30), 'cut off'],
  ])('refuses %s', (_, bytes, sentence) => {
    expect(() => parseNpy(bytes)).toThrow(sentence);
  });
});
