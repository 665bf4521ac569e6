/** Hosts of the laboratory's own network that may be called, over plain HTTP too: `host:port`, as WEBHOOK_ALLOW_PRIVATE lists them. */
export type AllowedHosts = ReadonlySet<string>;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** @throws Error that names what is no `host:port`. */
export function parseAllowedHosts(list: string): AllowedHosts {
  const entries = list.split(',').map((each) => each.trim());
  return new Set(entries.filter((each) => each !== '').map(normalised));
}

export function isAllowed(url: URL, allowed: AllowedHosts): boolean {
  return allowed.has(`${url.hostname}:${portOf(url)}`);
}

export function portOf(url: URL): string {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? '') : url.port;
}

/** As the URL parser writes a host: lower case, IP addresses in their one form. */
function normalised(entry: string): string {
  const port = /:(\d{1,5})$/.exec(entry)?.[1];
  const url = URL.parse(`http://${entry}`);
  if (port === undefined || url === null || url.pathname !== '/' || url.username !== '')
    throw new Error(`WEBHOOK_ALLOW_PRIVATE: ${entry} is no host:port`);
  return `${url.hostname}:${Number(port)}`;
}
