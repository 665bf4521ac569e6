import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { paintMetastasisPhantom } from '@gigascope/phantom';

const FOLDER = 'var/phantoms';
/** Training uses seeds under 1000 only. */
const DEFAULT_SEED = 1100;

export interface PhantomSlide {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly seed?: number;
  readonly tileSizePx?: 256 | 512;
}

/** A phantom of metastases as an Aperio slide, drawn once and kept for every benchmark that asks for it. */
export async function phantomSlide(
  { widthPx, heightPx, seed = DEFAULT_SEED, tileSizePx = 512 }: PhantomSlide,
  say: (line: string) => void,
): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const name = `metastasis-${seed}-${widthPx}x${heightPx}-tiles-${tileSizePx}.svs`;
  const out = join(FOLDER, name);
  const isThere = await access(out).then(
    () => true,
    () => false,
  );
  if (isThere) return out;
  say(`drawing ${name}`);
  let tenths = 0;
  const onProgress = (done: number, total: number): void => {
    if (Math.floor((done * 10) / total) <= tenths) return;
    tenths += 1;
    if (tenths < 10) say(`drawing ${name}: ${tenths}0 %`);
  };
  await paintMetastasisPhantom({ seed, widthPx, heightPx, tileSizePx, format: 'aperio', out, onProgress });
  return out;
}
