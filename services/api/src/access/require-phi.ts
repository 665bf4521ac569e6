import { GigascopeError } from '@gigascope/contracts';
import type { FastifyRequest } from 'fastify';
import { principalOf } from './register-access.ts';

/** For what of a route identifies a patient. Throws FORBIDDEN. */
export function requirePhi(request: FastifyRequest): void {
  if (!principalOf(request).permissions.has('phi:read')) throw new GigascopeError('FORBIDDEN', 'it needs phi:read');
}
