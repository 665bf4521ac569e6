import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTinySlide } from '../unit/openslide/tiny-slide.ts';

const ROOT = join(import.meta.dirname, '../..');
const PACKAGE = join(ROOT, 'packages/openslide');
const folder = mkdtempSync(join(tmpdir(), 'openslide-package-'));
const installed = join(folder, 'node_modules/node-openslide');

beforeAll(async () => {
  // Packs a copy beside the compiler, so that the working tree's package.json is never seen rewritten.
  const copy = join(folder, 'source/packages/openslide');
  cpSync(PACKAGE, copy, { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
  cpSync(join(ROOT, 'tsconfig.json'), join(folder, 'source/tsconfig.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'source/node_modules'));
  const manifest = readFileSync(join(copy, 'package.json'), 'utf8');
  execFileSync('npm', ['pack', '--offline', '--pack-destination', folder], { cwd: copy, stdio: 'pipe' });
  expect(readFileSync(join(copy, 'package.json'), 'utf8')).toBe(manifest);
  // Unpacks as `npm install` does; koffi is the one already installed, so that no network is needed.
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball';
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
  for (const name of ['koffi', '@koromix'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  await writeTinySlide(join(folder, 'tiny.tif'), 'jpeg');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('packs JavaScript, types, README and licence, and exports them', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(manifest.private).toBeUndefined();
  expect(manifest.exports).toEqual({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } });
  for (const file of ['dist/index.js', 'dist/index.d.ts', 'README.md', 'LICENSE']) {
    expect([file, existsSync(join(installed, file))]).toEqual([file, true]);
  }
  expect(existsSync(join(installed, 'scripts'))).toBe(false);
});

it("reads 4 levels and the same pixels on this Node and on the system's own", () => {
  const script = `
    import { loadOpenSlide } from 'node-openslide';
    const slide = loadOpenSlide().open('tiny.tif');
    const region = { xL0: 5, yL0: 6, level: 0, widthPx: 50, heightPx: 40 };
    const sync = slide.readRegionSync(region);
    const same = Buffer.compare(sync, await slide.readRegion(region)) === 0;
    await slide.closeAsync();
    console.log(JSON.stringify({ levels: slide.levelCount, bytes: sync.length, same }));`;
  writeFileSync(join(folder, 'run.mjs'), script);
  const nodes = [process.execPath, ...['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path))];
  for (const node of nodes) {
    const output = execFileSync(node, ['run.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({ levels: 4, bytes: 8000, same: true });
  }
});

it('type-checks in a strict project that imports it', () => {
  writeFileSync(
    join(folder, 'use.mts'),
    `import { loadOpenSlide, OpenSlideError, type Slide } from 'node-openslide';
     const slide: Slide = loadOpenSlide().open('x');
     const pixels: Promise<Uint8Array> = slide.readRegion({ xL0: 0, yL0: 0, level: 0, widthPx: 1, heightPx: 1 });
     // @ts-expect-error a region has a level
     slide.readRegionSync({ xL0: 0, yL0: 0, widthPx: 1, heightPx: 1 });
     export { OpenSlideError, pixels };`,
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const flags = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
  const libs = [
    '--lib',
    'es2023,esnext.disposable',
    '--types',
    'node',
    '--typeRoots',
    join(ROOT, 'node_modules/@types'),
  ];
  execFileSync(process.execPath, [tsc, ...flags, ...libs, 'use.mts'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
});
