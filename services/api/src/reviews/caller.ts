import type { Reader, ReviewViewer } from '@gigascope/store';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../access/register-access.ts';

/** The one who asks, as a reader. */
export function readerOf(request: FastifyRequest): Reader {
  const { kind, id, name } = principalOf(request);
  return { kind, id, name };
}

/** The one who asks, as somebody to whom reviews are shown. */
export function viewerOf(request: FastifyRequest): ReviewViewer {
  const { id, permissions } = principalOf(request);
  return { readerId: id, seesAll: permissions.has('reviews:adjudicate') };
}
