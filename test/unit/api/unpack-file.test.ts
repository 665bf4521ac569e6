import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { unpackFile } from '../../../services/api/src/uploads/sets/unpack-file.ts';
import { temporaryFolder } from '../../support/fixtures.ts';

it('refuses an entry whose stream fails before its file is open, and nothing is left uncaught', async () => {
  await using work = await temporaryFolder();
  // As yauzl's does when an entry holds more than its directory says: here at once, so that nobody can be listening yet.
  const source = new Readable({ read: () => {} });
  const zip = { openReadStreamPromise: async () => source } as unknown as Parameters<typeof unpackFile>[0];
  source.destroy(new Error('too many bytes in the stream. expected 10. got at least 16384'));
  const unpacked = unpackFile(zip, { crc32: 0 } as Parameters<typeof unpackFile>[1], join(work.path, 'out'));
  await expect(unpacked).rejects.toMatchObject({ code: 'ARCHIVE_REJECTED' });
});
