import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { requireArgument } from '../../command.ts';

/** Extensions of pictures, slides and tables; what else stands behind a dot belongs to the name. */
const EXTENSION =
  /\.(?:png|jpe?g|tiff?|bmp|webp|jp2|svs|svslide|ndpi|scn|mrxs|vms|vmu|bif|dcm|zip|csv|json|geojson|xml|txt)$/i;

/** What an image is known by everywhere: its file's name without folder and extension, and without a `.mask` before that. */
export function imageName(path: string): string {
  return basename(path.replaceAll('\\', '/'))
    .replace(EXTENSION, '')
    .replace(/\.mask$/, '');
}

/** The files of a folder that have one of the extensions, by image name. Throws ARGUMENT_INVALID when two belong to one image. */
export async function filesByName(folder: string, extensions: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const file of await listFolder(folder)) {
    if (!extensions.includes(extname(file).toLowerCase())) continue;
    const name = imageName(file);
    requireArgument(!found.has(name), `two files in ${folder} belong to the slide ${name}`);
    found.set(name, join(folder, file));
  }
  return found;
}

/** What `analyze` wrote of several slides: the first of `files` that is in a subfolder, by the subfolder's name. */
export async function resultsByName(folder: string, files: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await listFolder(folder)) {
    const inside = (await isFolder(join(folder, name))) ? await readdir(join(folder, name)) : [];
    const file = files.find((candidate) => inside.includes(candidate));
    if (file !== undefined) found.set(name, join(folder, name, file));
  }
  return found;
}

/** A folder's entries by name, so that nothing depends on the file system's order. */
export async function listFolder(folder: string): Promise<string[]> {
  requireArgument(await isFolder(folder), `${folder} is a file; a folder is needed here`);
  return (await readdir(folder)).sort();
}

/** Throws FILE_NOT_FOUND's system error where there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}
