import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide } from '@gigascope/tiling';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CMU_1, dataFolder, haveData, realSlide } from './real-slides.ts';
import { buildTiff, tiledFields } from './tiff-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gigascope-open-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const codeOf = async (path: string): Promise<string> => {
  try {
    await using reader = await openSlide(path);
    return `opened, ${reader.metadata.vendor}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

test('a name that leads nowhere is FILE_NOT_FOUND', async () => {
  expect(await codeOf(join(folder, 'nothing.svs'))).toBe('FILE_NOT_FOUND');
});

test('a path through a file, one of 5,000 characters and one with a NUL are FILE_NOT_FOUND', async () => {
  const file = await written('file.svs', 'x');
  for (const path of [join(file, 'slide.svs'), `/${'a'.repeat(5000)}`, 'a\0b.svs']) {
    expect(await codeOf(path)).toBe('FILE_NOT_FOUND');
  }
});

test('a named pipe is FORMAT_UNSUPPORTED at once, without waiting for a writer', async () => {
  const pipe = join(folder, 'pipe.svs');
  execFileSync('mkfifo', [pipe]);
  expect(await codeOf(pipe)).toBe('FORMAT_UNSUPPORTED');
});

test('a folder is FORMAT_UNSUPPORTED and the message calls it a folder', async () => {
  await expect(openSlide(folder)).rejects.toThrow('folder');
  expect(await codeOf(folder)).toBe('FORMAT_UNSUPPORTED');
});

test('a device is FORMAT_UNSUPPORTED, and nothing is read from it', async () => {
  expect(await codeOf('/dev/zero')).toBe('FORMAT_UNSUPPORTED');
});

test('text named .svs is FORMAT_UNSUPPORTED and the message says that it is text', async () => {
  const path = await written('text.svs', 'patient list\nnot a slide\n');
  expect(await codeOf(path)).toBe('FORMAT_UNSUPPORTED');
  await expect(openSlide(path)).rejects.toThrow('text');
});

test('an empty file is FILE_TRUNCATED', async () => {
  expect(await codeOf(await written('empty.svs', ''))).toBe('FILE_TRUNCATED');
});

test.each([1, 2, 7, 8, 9])('the first %i bytes of a TIFF are refused with a code', async (length) => {
  const head = buildTiff({ directories: [{ fields: tiledFields(64, 64, 32) }] }).subarray(0, length);
  expect(['FILE_TRUNCATED', 'FORMAT_UNSUPPORTED']).toContain(await codeOf(await written('head.tif', head)));
});

test('binary data that is no image is FORMAT_UNSUPPORTED', async () => {
  expect(
    await codeOf(
      await written(
        'data.svs',
        new Uint8Array(5000).map((_, i) => i * 7),
      ),
    ),
  ).toBe('FORMAT_UNSUPPORTED');
});

test('a TIFF whose directories run in a circle is SLIDE_UNREADABLE', async () => {
  const circle = buildTiff({ directories: [{ fields: tiledFields(64, 64, 32), next: 80 }] });
  expect(await codeOf(await written('circle.tif', circle))).toBe('SLIDE_UNREADABLE');
});

describe.skipIf(!haveData)('real files', () => {
  test('the CMU-1 region is an Aperio slide of 2220 × 2967 px, 0.499 µm/px and 20×', async () => {
    await using reader = await openSlide(CMU_1);
    expect(reader.metadata).toMatchObject({
      vendor: 'aperio',
      widthL0: 2220,
      heightL0: 2967,
      mpp: { x: 0.499, y: 0.499, source: 'vendor' },
      objectivePower: 20,
      backgroundRgb: [255, 255, 255],
      boundsL0: null,
    });
    expect([...reader.metadata.associatedImages].sort()).toEqual(['label', 'macro', 'thumbnail']);
  });

  test('3,130 px/cm in the TIFF tags are 3.19 µm/px; 28.3 px/cm (72 dpi) are not believed', async () => {
    await using stated = await openSlide(realSlide('rationai-wsi-service/CMU-1-small.tiff'));
    expect(stated.metadata.mpp).toMatchObject({ source: 'tiff-resolution' });
    expect(stated.metadata.mpp?.x).toBeCloseTo(3.195, 3);
    await using silly = await openSlide(realSlide('rationai-wsi-service/mask_test.tif'));
    expect(silly.metadata.mpp).toBeNull();
  });

  test.each([0.001, 0.05, 0.3, 0.5, 0.9, 0.99, 0.9999])(
    'the CMU-1 region cut to %d of its length is FILE_TRUNCATED',
    async (share) => {
      const whole = await readFile(CMU_1);
      const path = await written('cut.svs', whole.subarray(0, Math.floor(whole.length * share)));
      expect(await codeOf(path)).toBe('FILE_TRUNCATED');
    },
  );

  test('a damaged tile is TILE_CORRUPT, and the next read of a sound one succeeds', async () => {
    const bytes = await readFile(CMU_1);
    // Tile bytes of the first image begin after the header; those from 100 kB to 110 kB are some tiles in its middle.
    bytes.fill(0xff, 100_000, 110_000);
    await using reader = await openSlide(await written('damaged.svs', bytes));
    const { widthL0, heightL0 } = reader.metadata;
    const outcomes: string[] = [];
    for (let y = 0; y < heightL0; y += 240) {
      for (let x = 0; x < widthL0; x += 240) {
        const read = reader.readRegion({ level: 0, x, y, width: 240, height: 240 });
        outcomes.push(
          await read.then(
            () => 'read',
            (error) => error.code,
          ),
        );
      }
    }
    const damaged = outcomes.filter((outcome) => outcome === 'TILE_CORRUPT').length;
    expect(damaged).toBeGreaterThan(0);
    expect(damaged).toBeLessThan(20);
    expect(outcomes.filter((outcome) => outcome === 'read').length).toBe(outcomes.length - damaged);
    expect(outcomes.at(-1)).toBe('read');
  });

  test('each of over 300 broken, hostile and real files gives pixels or a code, in under 5 s, and the process lives', async () => {
    const files = (await Promise.all(['malformed', 'wsi'].map((name) => listFiles(join(dataFolder, name))))).flat();
    expect(files.length).toBeGreaterThan(300);
    const child = spawn(process.execPath, [fileURLToPath(new URL('open-files.child.ts', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    child.stdin.end(`${files.join('\n')}\n`);
    let output = '';
    for await (const chunk of child.stdout) output += chunk;
    expect(await ended).toBe(0);
    const results = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; outcome: string; ms: number });
    expect(results.length).toBe(files.length);
    console.log(table(results));
    const codes = [
      'read',
      'FORMAT_UNSUPPORTED',
      'FILE_TRUNCATED',
      'SLIDE_UNREADABLE',
      'TILE_CORRUPT',
      'BUNDLE_INCOMPLETE',
    ];
    expect(results.filter(({ outcome }) => !codes.includes(outcome))).toEqual([]);
    expect(results.filter(({ ms }) => ms >= 5000)).toEqual([]);
    const mustRead = [
      'cmu-1-small-region.svs',
      'boxes.tiff',
      'small.svs',
      'test_orient5.tif',
      'no_dzi.tif',
      'CMU-1-small.tiff',
    ];
    for (const name of mustRead) {
      expect(results.find(({ path }) => path.endsWith(name))).toMatchObject({ outcome: 'read' });
    }
  });
});

async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** How many files of each folder ended how. */
function table(results: readonly { path: string; outcome: string }[]): string {
  const counts = new Map<string, number>();
  for (const { path, outcome } of results) {
    const key = `${relative(dataFolder, path).split('/').slice(0, 2).join('/').padEnd(34)} ${outcome}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([key, count]) => `${String(count).padStart(4)}  ${key}`)
    .join('\n');
}
