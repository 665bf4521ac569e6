import ipaddr from 'ipaddr.js';

/** Looks public and is the metadata and control address inside Azure. */
const AZURE_PLATFORM = '168.63.129.16';
/** What IANA has given out so far of IPv6 as global unicast; all translated and embedded IPv4 outside of it is refused with it. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Says whether an IP address is one of the public internet: not private, loopback, link-local (with the clouds' metadata),
 * shared by carriers (100.64/10), multicast, reserved, and no other address in disguise (IPv4-mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return parsed.toString() !== AZURE_PLATFORM;
  return parsed.match(GLOBAL_UNICAST);
}
