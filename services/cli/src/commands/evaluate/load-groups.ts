import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { requireArgument } from '../../command.ts';
import { imageName } from './files.ts';
import { parseCsv } from './formats/csv.ts';

/**
 * Reads which image is of which group (a patient, a slide, a mosaic): CSV with a header, the image in the first column and its group in
 * the second. Throws ARGUMENT_INVALID when one of `images` is not in it.
 */
export async function loadGroups(
  path: string | undefined,
  images: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  if (path === undefined) return new Map();
  const name = basename(path);
  const { columns, rows } = parseCsv(await readFile(path, 'utf8'), [], name);
  const [imageColumn, groupColumn] = columns;
  requireArgument(imageColumn !== undefined && groupColumn !== undefined, `${name} needs two columns: image and group`);
  const groups = new Map(rows.map(({ cell }) => [imageName(cell(imageColumn) ?? ''), cell(groupColumn) ?? '']));
  for (const image of images) requireArgument(groups.has(image), `${name} does not say which group ${image} is of`);
  return groups;
}
