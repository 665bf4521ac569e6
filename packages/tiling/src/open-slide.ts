import { open, stat } from 'node:fs/promises';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import { checkCompanions } from './companions/check-companions.ts';
import { fileAccess, type RandomAccess } from './random-access.ts';
import { slideFormats } from './slide-formats.ts';
import type { SlideReader } from './slide-reader.ts';
import { checkTiff } from './tiff-check.ts';
import { isTiff } from './tiff-directory.ts';
import { openTiledJpeg } from './tiled-jpeg/open-tiled-jpeg.ts';

export interface OpenSlideOptions {
  /** `openslide`: OpenSlide reads all pixels, as the oracle of our own reader. Default: whichever reader is fastest. */
  readonly pixels?: 'fastest' | 'openslide';
}

/**
 * Opens a slide file for reading; the caller disposes of the reader.
 *
 * What can be told without native code is told first. The pixels are the same whichever reader is chosen. Throws FILE_NOT_FOUND, FORMAT_UNSUPPORTED (a folder, text, another
 * kind of file), FILE_TRUNCATED (empty, or it refers past its end), SLIDE_UNREADABLE, or BUNDLE_INCOMPLETE and
 * COMPANION_OUTSIDE_SLIDE for a slide of several files.
 */
export async function openSlide(path: string, { pixels = 'fastest' }: OpenSlideOptions = {}): Promise<SlideReader> {
  await inspectFile(path);
  await checkCompanions(path);
  const openslide = await slideFormats.openslide(path);
  if (pixels === 'openslide') return openslide;
  try {
    const own = await openTiledJpeg(path, openslide);
    return 'refused' in own ? openslide : own;
  } catch (error) {
    await openslide[Symbol.asyncDispose]();
    throw toGigascopeError(error);
  }
}

/** Errors of a path, besides ENOENT and EACCES, under which no file can lie. */
const NO_SUCH_PATH = ['ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EPERM', 'ERR_INVALID_ARG_VALUE'];

async function inspectFile(path: string): Promise<void> {
  try {
    // Before opening it: a pipe would wait for a writer for ever.
    const found = await stat(path);
    if (found.isDirectory()) throw new GigascopeError('FORMAT_UNSUPPORTED', 'it is a folder, not a file');
    if (!found.isFile()) throw new GigascopeError('FORMAT_UNSUPPORTED', 'it is not a regular file');
    if (found.size === 0) throw new GigascopeError('FILE_TRUNCATED', 'it is empty');
    await using file = await open(path, 'r');
    await inspectContent(await fileAccess(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_SUCH_PATH.includes(String(error.code))) {
      throw new GigascopeError('FILE_NOT_FOUND', undefined, { cause: error });
    }
    throw toGigascopeError(error);
  }
}

const HEAD_BYTES = 512;

async function inspectContent(file: RandomAccess): Promise<void> {
  const head = await file.read(0, Math.min(HEAD_BYTES, file.sizeBytes));
  if (isTiff(head)) await checkTiff(file);
  else if (isPlainText(head)) throw new GigascopeError('FORMAT_UNSUPPORTED', 'it holds text, not an image');
}

/** First lines of the slides that are text files naming their image files. */
const TEXT_SLIDES = ['[Virtual Microscope Specimen]', '[Uncompressed Virtual Microscope Specimen]'];

function isPlainText(head: DataView<ArrayBuffer>): boolean {
  const text = new TextDecoder('latin1').decode(head);
  if (TEXT_SLIDES.some((line) => text.trimStart().startsWith(line))) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
  return !/[\x00-\x08\x0e-\x1f\x7f]/.test(text);
}
