import { dirname } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import { checkFiles } from './check-files.ts';
import { readKeyFile } from './key-file.ts';

const GROUPS = ['Virtual Microscope Specimen', 'Uncompressed Virtual Microscope Specimen'];
/** `ImageFile`, `ImageFile(1,0)`, … : the scan's pictures, its map and the photograph of the glass. */
const NEEDED = /^(ImageFile|MapFile|MacroImage)/;
/** Restart markers' places; OpenSlide does without. */
const OPTIONAL = /^OptimisationFile/;

/** Whether OpenSlide would take the text for one of Hamamatsu's, whatever the file is called. */
export function isHamamatsu(text: string): boolean {
  return GROUPS.some((group) => text.includes(`[${group}]`));
}

/**
 * Checks a .vms or .vmu: the pictures that it names lie beside it.
 * @throws GigascopeError BUNDLE_INCOMPLETE, COMPANION_OUTSIDE_SLIDE
 */
export async function checkHamamatsu(path: string, bytes: Uint8Array): Promise<void> {
  const groups = readKeyFile(bytes);
  const entries = GROUPS.flatMap((group) => groups.get(group) ?? []).filter(([, value]) => value !== '');
  const needed = entries.filter(([key]) => NEEDED.test(key)).map(([, name]) => name);
  if (needed.length === 0) throw new GigascopeError('BUNDLE_INCOMPLETE', 'it names no picture');
  const optional = entries.filter(([key]) => OPTIONAL.test(key)).map(([, name]) => name);
  const folder = dirname(path);
  await checkFiles(folder, needed);
  for (const name of optional) await checkFiles(folder, [name]).catch(unlessMissing);
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof GigascopeError && error.code === 'BUNDLE_INCOMPLETE')) throw error;
}
