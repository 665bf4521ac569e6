import type { FileHandle } from 'node:fs/promises';
import { GigascopeError } from '@gigascope/contracts';

/** Bytes that can be read from any place. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /** Reads exactly these bytes; FILE_TRUNCATED when they reach past the end. */
  read(offset: number, lengthBytes: number): Promise<DataView<ArrayBuffer>>;
}

/** Reads from an open file, whose owner closes it. The size is the one at this moment. */
export async function fileAccess(file: FileHandle): Promise<RandomAccess> {
  const sizeBytes = (await file.stat()).size;
  return {
    sizeBytes,
    async read(offset, lengthBytes) {
      assertInside(offset, lengthBytes, sizeBytes);
      const bytes = new Uint8Array(lengthBytes);
      let done = 0;
      while (done < lengthBytes) {
        const { bytesRead } = await file.read(bytes, done, lengthBytes - done, offset + done);
        if (bytesRead === 0) throw truncated(offset + lengthBytes, offset + done);
        done += bytesRead;
      }
      return new DataView(bytes.buffer);
    },
  };
}

/** Throws FILE_TRUNCATED unless [offset, offset + lengthBytes) lies in a file of `sizeBytes`. */
export function assertInside(offset: number, lengthBytes: number, sizeBytes: number): void {
  // Negated, so that NaN is outside too.
  if (!(offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= sizeBytes)) {
    throw truncated(offset + lengthBytes, sizeBytes);
  }
}

function truncated(neededBytes: number, sizeBytes: number): GigascopeError {
  return new GigascopeError('FILE_TRUNCATED', `it refers to byte ${neededBytes} but has ${sizeBytes}`);
}
