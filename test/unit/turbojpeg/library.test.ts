import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTurboJpeg } from '@gigascope/turbojpeg';
import { afterAll, expect, test } from 'vitest';
import { installHint, libraryNames } from '../../../packages/turbojpeg/src/library-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'turbojpeg-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('one of the usual names loads and is said', () => {
  expect(libraryNames(process.platform)).toContain(loadTurboJpeg().libraryFile);
});

test('3 platforms have names and a hint of how to install it', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    expect(libraryNames(platform).length).toBeGreaterThan(0);
    expect(installHint(platform)).toMatch(/install/i);
  }
});

test('an explicit path that holds nothing or text is LIBRARY_NOT_FOUND, and the message says how to install it', () => {
  const text = join(folder, 'text.so');
  writeFileSync(text, 'no library');
  for (const path of [join(folder, 'nothing.so'), text]) {
    expect(() => loadTurboJpeg(path)).toThrow(expect.objectContaining({ code: 'LIBRARY_NOT_FOUND' }));
    expect(() => loadTurboJpeg(path)).toThrow(installHint(process.platform));
  }
});

test('an empty path and one with NUL are ARGUMENT_INVALID', () => {
  for (const path of ['', 'libturbojpeg.so.0\0x']) {
    expect(() => loadTurboJpeg(path)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  }
});

test.runIf(process.platform === 'linux')('libc, a library without the functions, is LIBRARY_UNUSABLE', () => {
  expect(() => loadTurboJpeg('libc.so.6')).toThrow(expect.objectContaining({ code: 'LIBRARY_UNUSABLE' }));
});
