import { Readable } from 'node:stream';
import { GigascopeError } from '@gigascope/contracts';
import { SLIDE_NAME_HEADER } from '@gigascope/contracts/http';
import type { FastifyRequest } from 'fastify';
import { slideName } from './slide-name.ts';

export interface UploadBody {
  readonly name: string;
  readonly source: Readable;
  /** null when the request does not say. A form's is that of the whole form, a little more than the file's. */
  readonly announcedBytes: number | null;
  /** The file's exact length; null for a form. */
  readonly exactBytes: number | null;
}

/**
 * Finds the slide's bytes in a request: its body, or the first file of a form.
 * @throws GigascopeError ARGUMENT_INVALID when there is no name or no file, MEDIA_TYPE_UNSUPPORTED for a coded body.
 */
export async function openBody(request: FastifyRequest): Promise<UploadBody> {
  const stated = request.headers[SLIDE_NAME_HEADER]?.toString();
  if (!request.isMultipart()) {
    return plainBody(request, slideName(stated, { percentEncoded: true }), request.body);
  }
  const announcedBytes = announced(request);
  const part = await request.file();
  if (part === undefined) throw new GigascopeError('ARGUMENT_INVALID', 'the form holds no file');
  const name =
    stated === undefined
      ? slideName(part.filename, { percentEncoded: false })
      : slideName(stated, { percentEncoded: true });
  return { name, source: part.file, announcedBytes, exactBytes: null };
}

/**
 * A request whose body is the slide and whose path names it.
 * @throws GigascopeError ARGUMENT_INVALID for an unusable name, MEDIA_TYPE_UNSUPPORTED for a coded body or a form.
 */
export function namedBody(request: FastifyRequest, decodedName: string): UploadBody {
  if (request.isMultipart()) throw new GigascopeError('MEDIA_TYPE_UNSUPPORTED');
  return plainBody(request, slideName(decodedName, { percentEncoded: false }), request.body);
}

function plainBody(request: FastifyRequest, name: string, source: unknown): UploadBody {
  // A body of another type, such as JSON, was parsed, and is no slide.
  if (!(source instanceof Readable)) throw new GigascopeError('MEDIA_TYPE_UNSUPPORTED');
  const announcedBytes = announced(request);
  return { name, source, announcedBytes, exactBytes: announcedBytes };
}

function announced({ headers }: FastifyRequest): number | null {
  // A compressed body could grow without bound, and its digest would be another one's.
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new GigascopeError('MEDIA_TYPE_UNSUPPORTED');
  return headers['content-length'] === undefined ? null : Number(headers['content-length']);
}
