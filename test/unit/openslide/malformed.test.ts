import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_LIBRARIES } from './config.ts';
import { hasShared, SHARED_DATA } from './shared-data.ts';

const PROBE = join(import.meta.dirname, 'probe.ts');
/** What a hostile file may lead to. FILE_UNREADABLE, CLOSED and the like would be mistakes of ours. */
const FAIR_OUTCOMES = ['FORMAT_UNSUPPORTED', 'NATIVE_ERROR', 'TOO_LARGE', 'read'];

describe.skipIf(!hasShared('malformed')).each(TEST_LIBRARIES)('hostile files in the library %s', (library) => {
  it('gives each of over 200 files a typed error or pixels, in a child process that none of them kills', () => {
    const files = filesUnder(join(SHARED_DATA, 'malformed'));
    const outcomes = probeAll(library ?? '', files);
    const counts: Record<string, number> = {};
    for (const outcome of outcomes.values()) counts[outcome] = (counts[outcome] ?? 0) + 1;
    console.log(`hostile files: ${JSON.stringify(counts)}`);
    expect(files.length).toBeGreaterThan(200);
    expect(outcomes.size).toBe(files.length);
    expect(FAIR_OUTCOMES).toEqual(expect.arrayContaining(Object.keys(counts)));
    expect(outcomes.get(join(SHARED_DATA, 'malformed/openslide-python/unopenable.tiff'))).toBe('NATIVE_ERROR');
    expect(outcomes.get(join(SHARED_DATA, 'malformed/openslide-python/unreadable.svs'))).toBe('NATIVE_ERROR');
  });
});

function filesUnder(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Runs the child over all files; when one kills or stops it, a new child goes on behind that file. */
function probeAll(library: string, files: readonly string[]): ReadonlyMap<string, string> {
  const outcomes = new Map<string, string>();
  let rest = files;
  while (rest.length > 0) {
    const child = spawnSync(process.execPath, ['--no-warnings', PROBE, library, ...rest], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    for (const line of child.stdout.split('\n').filter((text) => text.startsWith('{'))) {
      const { file, outcome }: { file: string; outcome: string } = JSON.parse(line);
      outcomes.set(file, outcome);
    }
    for (const [file, outcome] of outcomes) if (outcome === 'started') outcomes.set(file, 'killed by libopenslide');
    const left = files.filter((file) => !outcomes.has(file));
    if (left.length === rest.length) throw new Error(`the child did not start: ${child.stderr}`);
    rest = left;
  }
  return outcomes;
}
