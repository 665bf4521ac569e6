import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DONE, type Item, REFUSED } from './find-items.ts';

/** Moves an item that became a slide. */
export async function putDone(folder: string, item: Item): Promise<void> {
  await moveAll(folder, DONE, item);
}

/** Moves an item that was refused, with a text beside it that says why. */
export async function putRefused(folder: string, item: Item, reason: string): Promise<void> {
  const suffix = await moveAll(folder, REFUSED, item);
  await writeFile(join(folder, REFUSED, `${withSuffix(item.name, suffix)}.reason.txt`), `${reason}\n`);
}

/** All under one suffix, which no name there has yet; the first is none. */
async function moveAll(folder: string, aside: string, { entries }: Item): Promise<number> {
  await mkdir(join(folder, aside), { recursive: true });
  for (let suffix = 1; ; suffix++) {
    const targets = entries.map((name, at) =>
      join(folder, aside, at === 0 ? withSuffix(name, suffix) : folderWith(name, suffix)),
    );
    if ((await Promise.all(targets.map(exists))).some((taken) => taken)) continue;
    // The file by which a set is found goes first: what a killed process leaves is then taken for no slide again.
    for (const [at, name] of entries.entries()) await rename(join(folder, name), targets[at] ?? '');
    return suffix;
  }
}

function withSuffix(name: string, suffix: number): string {
  if (suffix === 1) return name;
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}-${suffix}${extension}`;
}

/** A MIRAX slide's folder is named as its file, up to the extension. */
function folderWith(name: string, suffix: number): string {
  return suffix === 1 ? name : `${name}-${suffix}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
