import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOpenSlide, OpenSlideError } from 'node-openslide';
import { afterAll, describe, expect, it } from 'vitest';
import { installHint, libraryNames } from '../../../packages/openslide/src/library-file.ts';
import { TEST_LIBRARIES } from './config.ts';
import { errorOf } from './error-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'openslide-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(TEST_LIBRARIES)('the library %s', (file) => {
  it('states its version and its 2 features, which came together with 4.0', () => {
    const { version, features } = loadOpenSlide(file);
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    const isFour = Number.parseInt(version, 10) >= 4;
    expect(features).toEqual({ iccProfile: isFour, cache: isFour });
  });
});

describe('finding the library', () => {
  it('tries the 4.x name before the 3.4 name on 3 platforms', () => {
    expect(libraryNames('linux')).toEqual(['libopenslide.so.1', 'libopenslide.so.0', 'libopenslide.so']);
    expect(libraryNames('win32')).toEqual(['libopenslide-1.dll', 'libopenslide-0.dll']);
    expect(libraryNames('darwin').slice(0, 2)).toEqual([
      'libopenslide.1.dylib',
      '/opt/homebrew/lib/libopenslide.1.dylib',
    ]);
  });

  it('loads one of the 3 usual names and says which', () => {
    expect(libraryNames(process.platform)).toContain(loadOpenSlide().libraryFile);
  });

  it('names the apt package and the path when an explicit path holds nothing', () => {
    const error = errorOf(() => loadOpenSlide(join(folder, 'nothing.so')));
    expect(error.code).toBe('LIBRARY_NOT_FOUND');
    expect(error.message).toContain(installHint(process.platform));
    expect(error.message).toContain('nothing.so');
    expect(installHint('linux')).toContain('apt-get install libopenslide0');
  });

  it('refuses a file that is no library, an empty path and a path with NUL', () => {
    const text = join(folder, 'text.so');
    writeFileSync(text, 'no library');
    expect(errorOf(() => loadOpenSlide(text)).code).toBe('LIBRARY_NOT_FOUND');
    expect(errorOf(() => loadOpenSlide('')).code).toBe('ARGUMENT_INVALID');
    expect(errorOf(() => loadOpenSlide('libopenslide.so.0\0x')).code).toBe('ARGUMENT_INVALID');
  });

  it.runIf(process.platform === 'linux')('refuses libc, a library without the 15 functions, as unusable', () => {
    const error = errorOf(() => loadOpenSlide('libc.so.6'));
    expect(error.code).toBe('LIBRARY_UNUSABLE');
    expect(error.message).toContain('openslide_get_version');
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses %d as a limit of bytes', (maxBufferBytes) => {
    expect(errorOf(() => loadOpenSlide(undefined, { maxBufferBytes })).code).toBe('ARGUMENT_INVALID');
  });

  it('throws an error that is an OpenSlideError and an Error with the function name', () => {
    const error = errorOf(() => loadOpenSlide(''));
    expect(error).toBeInstanceOf(OpenSlideError);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.functionName]).toEqual(['OpenSlideError', 'loadOpenSlide']);
  });
});
