import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { patientChunks } from '../../../services/api/src/uploads/patient-chunks.ts';

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe('the chunks of an upload', () => {
  it('pass unchanged: 1,000 chunks of 1,000 bytes', async () => {
    const sent = Array.from({ length: 1000 }, (_, i) => Buffer.alloc(1000, i));
    expect((await collect(patientChunks(Readable.from(sent), 5000))).equals(Buffer.concat(sent))).toBe(true);
  });

  it('end with REQUEST_TIMEOUT when nothing comes for 50 ms, and leave the line open for an answer', async () => {
    const line = new PassThrough();
    line.write('begun');
    await expect(collect(patientChunks(line, 50))).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(line.destroyed).toBe(false);
    line.destroy();
  });

  it('end with CANCELED when the line is cut', async () => {
    const line = new PassThrough();
    line.write('begun');
    setTimeout(() => line.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })), 20);
    await expect(collect(patientChunks(line, 5000))).rejects.toMatchObject({ code: 'CANCELED' });
  });
});
