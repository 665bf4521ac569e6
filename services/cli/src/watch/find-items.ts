import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface FoundFile {
  /** From the watched folder, parts joined by '/'. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** What becomes one slide: a file, or several. */
export interface Item {
  /** Of the slide: of its file, or of its folder. */
  readonly name: string;
  /** What is moved aside in the end: names in the watched folder. */
  readonly entries: readonly string[];
  /** In the order of their paths. */
  readonly files: readonly FoundFile[];
}

export const DONE = 'done';
export const REFUSED = 'refused';
const OWN = [DONE, REFUSED];
/** What programs call a file that they are still writing. */
const UNFINISHED = /\.(part|partial|tmp|crdownload|filepart)$|~$/i;
const FOLDER_SLIDES = ['.vms', '.vmu', '.dcm', '.mrxs'];

/**
 * Lists what lies in a watched folder: each file, a .mrxs with its folder, and each folder with a .vms, .mrxs or .dcm in it.
 * A .mrxs without its folder is not listed until that is there. Hidden files, links and what is aside are passed over.
 */
export async function findItems(folder: string): Promise<readonly Item[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const files = entries.filter((entry) => entry.isFile() && !UNFINISHED.test(entry.name)).map(({ name }) => name);
  const folders = new Set(
    entries.filter((entry) => entry.isDirectory() && !OWN.includes(entry.name)).map(({ name }) => name),
  );
  const items: Item[] = [];
  for (const name of files.toSorted()) {
    if (extname(name).toLowerCase() !== '.mrxs') {
      items.push({ name, entries: [name], files: [await describe(folder, name)] });
      continue;
    }
    const own = name.slice(0, -extname(name).length);
    if (!folders.delete(own)) continue;
    const all = [await describe(folder, name), ...(await tree(folder, own))];
    items.push({ name, entries: [name, own], files: all });
  }
  for (const name of [...folders].toSorted()) {
    const all = await tree(folder, name);
    if (all.some(({ path }) => FOLDER_SLIDES.includes(extname(path).toLowerCase())))
      items.push({ name, entries: [name], files: all });
  }
  return items;
}

/** Whether two looks saw the same. */
export function signatureOf({ files }: Item): string {
  return JSON.stringify(files.map(({ path, sizeBytes, mtimeMs }) => [path, sizeBytes, mtimeMs]));
}

async function tree(folder: string, name: string): Promise<FoundFile[]> {
  const entries = await readdir(join(folder, name), { withFileTypes: true });
  const found: FoundFile[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${name}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await tree(folder, path)));
    else if (entry.isFile()) found.push(await describe(folder, path));
  }
  return found;
}

async function describe(folder: string, path: string): Promise<FoundFile> {
  const { size: sizeBytes, mtimeMs } = await stat(join(folder, path));
  return { path, sizeBytes, mtimeMs };
}
