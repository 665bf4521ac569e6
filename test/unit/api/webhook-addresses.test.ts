import { describe, expect, it } from 'vitest';
import { parseAllowedHosts } from '../../../services/api/src/webhooks/allowed-hosts.ts';
import { findTarget } from '../../../services/api/src/webhooks/find-target.ts';
import { isPublicAddress } from '../../../services/api/src/webhooks/public-address.ts';
import { type ResolveHost, resolveHost } from '../../../services/api/src/webhooks/resolve-host.ts';

const NOBODY = parseAllowedHosts('');
const PUBLIC_V4 = '93.184.215.14';

/** Answers from a table, IP addresses as they are; nothing here asks the DNS. */
const from =
  (table: Readonly<Record<string, readonly string[]>>): ResolveHost =>
  async (host, trusted) => {
    const known = table[host];
    if (known === undefined && !/^[\d.]+$|^\[/.test(host)) throw new Error(`the test does not know ${host}`);
    return known ?? (await resolveHost(host, trusted));
  };

describe('addresses that webhooks may go to', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.254', '168.63.129.16'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.168.0.1', '198.18.0.1'],
    ...['198.51.100.7', '203.0.113.7', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::7f00:1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:0:127.0.0.1'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::a00:1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1'],
    ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%lo', 'fec0::1', 'ff02::1', '4000::1', 'localhost', ''],
  ])('%s is not one', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '8.8.8.8',
    PUBLIC_V4,
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
    '::ffff:8.8.8.8',
  ])('%s is one', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('the target of a webhook', () => {
  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://①②⑦.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/latest/meta-data',
    'https://[64:ff9b::10.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://metadata.internal/',
    'https://mixed.test/',
    'https://empty.test/',
    'https://mapped.test/',
    'http://public.test/',
    'https://public.test:22/',
    'https://public.test:80/',
    'https://public.test:0/',
    'https://name:word@public.test/',
    'https://name@public.test/',
    'https://public.test/#fragment',
    'ftp://public.test/',
    'file:///etc/passwd',
    'gopher://public.test/',
    '//public.test/',
    'public.test',
    '',
  ])('%s is refused as BLOCKED', async (url) => {
    const resolve = from({
      'public.test': [PUBLIC_V4],
      'metadata.internal': ['169.254.169.254'],
      'mixed.test': [PUBLIC_V4, '10.0.0.1'],
      'mapped.test': ['::ffff:192.168.1.1'],
      'empty.test': [],
    });
    await expect(findTarget(url, NOBODY, resolve)).rejects.toMatchObject({ code: 'BLOCKED' });
  });

  it.each(['https://public.test/', 'https://public.test:8443/hook?x=1', 'https://PUBLIC.test:443/'])(
    '%s goes to the address that was found',
    async (url) => {
      const { addresses } = await findTarget(url, NOBODY, from({ 'public.test': [PUBLIC_V4] }));
      expect(addresses).toEqual([PUBLIC_V4]);
    },
  );

  it('is unknown where the name is, which may change', async () => {
    const resolve: ResolveHost = () => Promise.reject(new Error('ENOTFOUND'));
    await expect(findTarget('https://x.test/', NOBODY, resolve)).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
  });

  it('is asked for again each time, so that a name that moves inside is refused', async () => {
    const answers = [[PUBLIC_V4], ['127.0.0.1']];
    const resolve: ResolveHost = async () => answers.shift() ?? [];
    expect((await findTarget('https://x.test/', NOBODY, resolve)).addresses).toEqual([PUBLIC_V4]);
    await expect(findTarget('https://x.test/', NOBODY, resolve)).rejects.toMatchObject({ code: 'BLOCKED' });
  });

  it('may be inside, over http, only at the host and port that were allowed', async () => {
    const allowed = parseAllowedHosts('127.0.0.1:8081, LIS.hospital:80,[::1]:9000');
    const resolve = from({ 'lis.hospital': ['10.0.0.5'] });
    expect((await findTarget('http://lis.hospital/x', allowed, resolve)).addresses).toEqual(['10.0.0.5']);
    expect((await findTarget('http://2130706433:8081/', allowed, resolve)).addresses).toEqual(['127.0.0.1']);
    expect((await findTarget('http://[::1]:9000/', allowed, resolve)).addresses).toEqual(['::1']);
    for (const url of ['http://127.0.0.1:8082/', 'https://lis.hospital/', 'http://lis.hospital.evil.test:80/'])
      await expect(findTarget(url, allowed, from({ 'lis.hospital': ['10.0.0.5'] }))).rejects.toBeInstanceOf(Error);
  });

  it.each(['127.0.0.1', 'host:port', 'a:80/path', 'x@y:80', 'a:99999'])(
    '%s is no entry of the allowed hosts',
    (entry) => {
      expect(() => parseAllowedHosts(entry)).toThrow('WEBHOOK_ALLOW_PRIVATE');
    },
  );
});
