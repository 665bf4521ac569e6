import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Side of a PatchCamelyon patch, at 0.972 µm a pixel. */
export const PATCH_PX = 96;

/** RGB, PATCH_PX² pixels each. */
export interface Patches {
  readonly tumour: readonly Uint8Array[];
  readonly normal: readonly Uint8Array[];
}

/** Loads the patches of some stain clusters from the folder of PatchCamelyon's sample, nearly blank ones left out. */
export async function loadPatches(folder: string, clusters: readonly number[]): Promise<Patches> {
  const [header = '', ...lines] = (await readFile(join(folder, 'labels.csv'), 'utf8')).trim().split(/\r?\n/);
  const columns = header.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [columns[k], cell])));
  const wanted = rows.filter(
    (row) => clusters.includes(Number(row['stain_cluster'])) && Number(row['nearly_blank']) === 0,
  );
  const load = (label: '0' | '1', name: string): Promise<Uint8Array[]> =>
    Promise.all(
      wanted
        .filter((row) => row['label'] === label)
        .map((row) => decode(join(folder, name, `${row['kaggle_id']}.webp`))),
    );
  return { tumour: await load('1', 'tumor'), normal: await load('0', 'normal') };
}

async function decode(path: string): Promise<Uint8Array> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  if (info.width !== PATCH_PX || info.height !== PATCH_PX || info.channels !== 3)
    throw new Error(`${path} is ${info.width} × ${info.height} px`);
  return data;
}
