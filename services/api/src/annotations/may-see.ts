import { GigascopeError } from '@gigascope/contracts';
import type { AnnotationKind } from '@gigascope/contracts/http';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../access/register-access.ts';

/** Truth is kept from those who are measured by it. */
export function maySee(request: FastifyRequest, kind: AnnotationKind): boolean {
  return kind === 'note' || principalOf(request).permissions.has('reviews:adjudicate');
}

/** @throws GigascopeError FORBIDDEN. */
export function requireSight(request: FastifyRequest, kind: AnnotationKind): void {
  if (!maySee(request, kind)) throw new GigascopeError('FORBIDDEN', 'truth needs reviews:adjudicate');
}
