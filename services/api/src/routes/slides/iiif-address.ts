import { paths } from '@gigascope/contracts/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessMode } from '../../app-parts.ts';

/** Of a slide's image service, as the client wrote it; identifiers of the service must be absolute. */
export function iiifAddress({ protocol, host }: FastifyRequest, id: string): string {
  return `${protocol}://${host}${paths.iiif(id)}`;
}

/**
 * Viewers of other sites may read images, as level 2 demands, where every request brings its key. Where none is needed, any
 * page in the browser of someone at this machine could read all slides; there the service stays for its own site.
 */
export function openToViewers(access: AccessMode) {
  return async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (access !== 'keys') return;
    void reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
    void reply.header('access-control-expose-headers', 'link, etag');
  };
}
