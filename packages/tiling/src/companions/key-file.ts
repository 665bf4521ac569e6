/** Groups of a key file, each with its keys and values in the order in which they stand; a key may stand twice. */
export type KeyFile = ReadonlyMap<string, readonly (readonly [key: string, value: string])[]>;

/**
 * Reads GLib's key files, the form of Slidedat.ini and of .vms: groups, keys, `#` comments. Values are as written: escapes
 * are not resolved, for no name that has one is accepted.
 */
export function readKeyFile(bytes: Uint8Array): KeyFile {
  const groups = new Map<string, (readonly [string, string])[]>();
  let current: (readonly [string, string])[] = [];
  const text = new TextDecoder('utf-8').decode(bytes);
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const group = /^\[([^\]]*)\]$/.exec(line)?.[1];
    if (group !== undefined) {
      current = groups.get(group) ?? [];
      groups.set(group, current);
      continue;
    }
    const at = line.indexOf('=');
    if (at > 0) current.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return groups;
}
