import type { WebhookError } from '@gigascope/contracts/http';
import { type AllowedHosts, isAllowed, portOf } from './allowed-hosts.ts';
import { isPublicAddress } from './public-address.ts';
import type { ResolveHost } from './resolve-host.ts';

/** Below it only HTTPS's own port is called: no mail, name or file servers. */
const FIRST_FREE_PORT = 1024;

/** Where a call goes: the address that was checked, which is the one that is connected to. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly string[];
}

/** Why there is no target; `reason` says nothing of what is inside the network. */
export class TargetError extends Error {
  readonly code: Extract<WebhookError, 'BLOCKED' | 'NAME_UNKNOWN'>;

  constructor(code: TargetError['code'], reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
  }
}

/**
 * Checks a webhook's URL and finds its addresses, each of which must be public, or the host one that is allowed by name.
 * To be asked before every attempt: a name's addresses change (DNS rebinding).
 * @throws TargetError
 */
export async function findTarget(text: string, allowed: AllowedHosts, resolve: ResolveHost): Promise<Target> {
  const url = parseUrl(text, allowed);
  const trusted = isAllowed(url, allowed);
  const addresses = await resolve(url.hostname, trusted).catch((cause: unknown) => {
    throw new TargetError('NAME_UNKNOWN', 'the host’s name cannot be resolved', { cause });
  });
  if (!trusted && !(addresses.length > 0 && addresses.every(isPublicAddress)))
    throw new TargetError('BLOCKED', 'the host is not on the public internet');
  return { url, addresses };
}

function parseUrl(text: string, allowed: AllowedHosts): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new TargetError('BLOCKED', 'it must be an https:// URL');
  if (url.username !== '' || url.password !== '')
    throw new TargetError('BLOCKED', 'it must not hold a name and password');
  if (url.hash !== '') throw new TargetError('BLOCKED', 'it must not have a fragment');
  if (isAllowed(url, allowed)) return url;
  if (url.protocol !== 'https:') throw new TargetError('BLOCKED', 'it must begin with https://');
  const port = Number(portOf(url));
  if (port !== 443 && port < FIRST_FREE_PORT) throw new TargetError('BLOCKED', `port ${port} is not called`);
  return url;
}
