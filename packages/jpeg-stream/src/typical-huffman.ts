/** The typical Huffman tables of ITU-T T.81, annex K.3: class and number, 16 counts of codes by length, the symbols. */
const TABLES: readonly string[] = [
  // DC, luminance
  '0000010501010101010100000000000000000102030405060708090a0b',
  // AC, luminance
  '100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f024' +
    '33627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a7374' +
    '75767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9ca' +
    'd2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  // DC, chrominance
  '0100030101010101010101010000000000000102030405060708090a0b',
  // AC, chrominance
  '1100020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f015' +
    '6272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a73' +
    '7475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8' +
    'c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
];

/**
 * Them as one DHT segment. Some writers (libtiff's, with quantisation tables alone in JPEGTables) leave them out, and
 * libjpeg-turbo decodes a stream that names a table it does not hold with the typical one.
 */
export function typicalHuffmanSegment(): readonly number[] {
  const tables = TABLES.flatMap((hex) => [...Buffer.from(hex, 'hex')]);
  const length = tables.length + 2;
  return [0xff, 0xc4, length >> 8, length & 255, ...tables];
}
