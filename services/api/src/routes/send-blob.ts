import type { BlobStore } from '@gigascope/store';
import type { FastifyReply } from 'fastify';

/** Streams a blob as the answer. */
export async function sendBlob(
  reply: Pick<FastifyReply, 'header'>,
  blobs: BlobStore,
  key: string,
  mediaType: string,
): Promise<FastifyReply> {
  const sizeBytes = await blobs.sizeBytes(key);
  const stream = await blobs.open(key);
  return reply.header('content-type', mediaType).header('content-length', sizeBytes).send(stream);
}
