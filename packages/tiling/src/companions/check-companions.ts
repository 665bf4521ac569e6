import { readFile, stat } from 'node:fs/promises';
import { checkHamamatsu, isHamamatsu } from './hamamatsu.ts';
import { checkMirax } from './mirax.ts';

/** OpenSlide takes no larger file for one of Hamamatsu's (openslide-vendor-hamamatsu.c, KEY_FILE_MAX_SIZE). */
const MAX_KEY_FILE_BYTES = 65_536;

/**
 * Checks, before native code sees a slide of several files, that those it names are there and that none lies outside its
 * folder. A DICOM series names none: OpenSlide looks through the folder.
 * @throws GigascopeError BUNDLE_INCOMPLETE, COMPANION_OUTSIDE_SLIDE, SLIDE_UNREADABLE
 */
export async function checkCompanions(path: string): Promise<void> {
  if (path.toLowerCase().endsWith('.mrxs')) return checkMirax(path);
  if ((await stat(path)).size > MAX_KEY_FILE_BYTES) return;
  const bytes = await readFile(path);
  if (isHamamatsu(bytes.toString('latin1'))) await checkHamamatsu(path, bytes);
}
