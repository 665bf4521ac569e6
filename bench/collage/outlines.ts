import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PHANTOM_MPP } from '@gigascope/phantom';

/** A real lesion's outline, closed, in level-0 pixels of 0.243 µm, its bounds beginning at 0, 0. */
export interface Outline {
  readonly points: readonly (readonly [number, number])[];
  readonly diameterUm: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The diameter is the largest extent over directions 2° apart, so at most 0.02 % too small. */
const DIRECTIONS = 90;

/** Reads the lesion outlines of CAMELYON16's training slides from their archive, unpacked once into `work`, in the order of the slides. */
export async function loadOutlines(archive: string, work: string): Promise<Outline[]> {
  await mkdir(work, { recursive: true });
  const folder = join(work, 'train');
  const names = await readdir(folder).catch(async () => {
    await promisify(execFile)('tar', ['xJf', archive, '-C', work]);
    return await readdir(folder);
  });
  const outlines: Outline[] = [];
  for (const name of names.filter((file) => file.endsWith('.json')).sort()) {
    const { positive } = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
      positive: { vertices: [number, number][] }[];
    };
    outlines.push(...positive.map(({ vertices }) => toOutline(vertices)));
  }
  return outlines;
}

function toOutline(vertices: readonly (readonly [number, number])[]): Outline {
  const [left, right] = extent(vertices, 1, 0);
  const [top, bottom] = extent(vertices, 0, 1);
  let diameter = 0;
  for (let k = 0; k < DIRECTIONS; k += 1) {
    const angle = (Math.PI * k) / DIRECTIONS;
    const [low, high] = extent(vertices, Math.cos(angle), Math.sin(angle));
    diameter = Math.max(diameter, high - low);
  }
  return {
    points: vertices.map(([x, y]) => [x - left, y - top] as const),
    diameterUm: diameter * PHANTOM_MPP,
    widthPx: right - left,
    heightPx: bottom - top,
  };
}

function extent(points: readonly (readonly [number, number])[], dx: number, dy: number): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [x, y] of points) {
    const along = x * dx + y * dy;
    low = Math.min(low, along);
    high = Math.max(high, along);
  }
  return [low, high];
}
