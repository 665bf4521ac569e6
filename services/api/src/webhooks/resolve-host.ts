import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

const ASK_WITHIN_MS = 2_000;
const TRIES = 2;

/** All addresses of a name; throws when there are none. `trusted` names are looked up as the whole system does. */
export type ResolveHost = (hostname: string, trusted: boolean) => Promise<readonly string[]>;

/**
 * Asks the DNS. Other people's names are asked without the system's own lookup: that would read /etc/hosts, and a name
 * server that never answers would hold up the threads that also read files.
 */
export const resolveHost: ResolveHost = async (hostname, trusted) => {
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (isIP(literal) !== 0) return [literal];
  if (trusted) return (await lookup(hostname, { all: true })).map(({ address }) => address);
  const resolver = new Resolver({ timeout: ASK_WITHIN_MS, tries: TRIES });
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length === 0) throw new Error('the name has no address');
  return addresses;
};
