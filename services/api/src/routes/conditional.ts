import type { FastifyReply, FastifyRequest } from 'fastify';

/** A strong entity tag of parts that hold no quotation marks. */
export function entityTag(...parts: readonly string[]): string {
  return `"${parts.join('-').replace(/[^\x21\x23-\x7e]/g, '_')}"`;
}

/** Whether a list of entity tags, as If-None-Match and If-Range have it, names this one (RFC 9110 section 8.8.3.2, weakly). */
export function names(list: string, tag: string): boolean {
  return list.trim() === '*' || list.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}

/** Sets the answer's entity tag; says whether the client has it already, and then makes the answer 304. */
export function isFresh(
  { headers }: FastifyRequest,
  reply: Pick<FastifyReply, 'header' | 'code'>,
  tag: string,
): boolean {
  void reply.header('etag', tag);
  const asked = headers['if-none-match'];
  if (asked === undefined || !names(asked, tag)) return false;
  void reply.code(304);
  return true;
}
