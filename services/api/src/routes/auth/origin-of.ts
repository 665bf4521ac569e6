import type { FastifyRequest } from 'fastify';
import type { SignInSettings } from '../../app-parts.ts';

/** Where the browser sees this API. The provider sends people back only to addresses that it was told before. */
export function originOf({ protocol, host }: FastifyRequest, { publicOrigin }: SignInSettings): string {
  return publicOrigin ?? `${protocol}://${host}`;
}
