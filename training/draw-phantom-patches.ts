// Draws labelled phantom patches for training: node draw-phantom-patches.ts FIRST_SEED LAST_SEED OUT_FOLDER
// Each is 384 level-0 px, taken through JPEG as slides are stored, averaged 4×4 to 96×96 at 0.972 µm/px, and labelled
// tumour when any pixel of its central 128×128 is. Writes patches.rgb (uint8 [N, 96, 96, 3]) and patches.json.
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeMetastasisScene, drawRegion, type MetastasisScene, maskRegion } from '@gigascope/phantom';
import sharp from 'sharp';

const REGION_PX = 384;
const LABEL_PX = 128;
const AVERAGE_PX = 4;
const SIDE_PX = REGION_PX / AVERAGE_PX;
/** Seeds from here on are kept for judging. */
const RESERVED_SEED = 1000;

interface Centre {
  readonly x: number;
  readonly y: number;
  readonly kind: string;
}

/** Small seeded generator (mulberry32), so that the same seeds give the same patches. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Level-0 centres of the patches of one scene: inside lesions, on and beside their borders, tissue, artefacts, anywhere. */
function chooseCentres(scene: MetastasisScene, random: () => number): readonly Centre[] {
  const centres: Centre[] = [];
  const between = (low: number, high: number) => low + random() * (high - low);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const tissuePoint = (kind: string): Centre => {
    const node = pick(scene.nodes);
    const radius = Math.sqrt(random()) * 1.12;
    const angle = random() * 2 * Math.PI;
    const u = radius * node.radiusXPx * Math.cos(angle);
    const v = radius * node.radiusYPx * Math.sin(angle);
    return { x: node.xL0 + u * node.cos - v * node.sin, y: node.yL0 + u * node.sin + v * node.cos, kind };
  };
  const tumour = scene.lesions.length > 0;
  for (let k = 0; tumour && k < 36; k++) {
    const lesion = pick(scene.lesions);
    const point = pick(lesion.outline);
    // Along the ray from the lesion's centre through a point of its outline.
    const kind = k < 16 ? 'inside' : k < 28 ? 'border' : 'beside';
    const share = kind === 'inside' ? Math.sqrt(random()) : 1;
    const dx = point.x - lesion.xL0;
    const dy = point.y - lesion.yL0;
    const length = Math.hypot(dx, dy) || 1;
    const further = kind === 'inside' ? 0 : kind === 'border' ? between(-90, 90) : between(95, 420);
    const scale = share + further / length;
    centres.push({ x: lesion.xL0 + dx * scale, y: lesion.yL0 + dy * scale, kind });
  }
  for (let k = 0; k < (tumour ? 22 : 44); k++) centres.push(tissuePoint('tissue'));
  for (let k = 0; scene.artefacts.length > 0 && k < 8; k++) {
    const { bounds } = pick(scene.artefacts);
    centres.push({ x: between(bounds.x0, bounds.x1), y: between(bounds.y0, bounds.y1), kind: 'artefact' });
  }
  for (let k = 0; k < 3; k++) {
    centres.push({ x: between(0, scene.widthPx), y: between(0, scene.heightPx), kind: 'anywhere' });
  }
  return centres.map((c) => ({ x: Math.round(c.x), y: Math.round(c.y), kind: c.kind }));
}

async function throughJpeg(data: Uint8Array): Promise<Uint8Array> {
  const raw = { width: REGION_PX, height: REGION_PX, channels: 3 as const };
  const jpeg = await sharp(data, { raw }).jpeg({ quality: 85 }).toBuffer();
  return await sharp(jpeg).raw().toBuffer();
}

function average(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(SIDE_PX * SIDE_PX * 3);
  for (let y = 0; y < SIDE_PX; y++) {
    for (let x = 0; x < SIDE_PX; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let j = 0; j < AVERAGE_PX; j++) {
          for (let i = 0; i < AVERAGE_PX; i++) {
            sum += data[((y * AVERAGE_PX + j) * REGION_PX + x * AVERAGE_PX + i) * 3 + c] as number;
          }
        }
        out[(y * SIDE_PX + x) * 3 + c] = Math.round(sum / AVERAGE_PX ** 2);
      }
    }
  }
  return out;
}

const [first, last, folder] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
if (!Number.isInteger(first) || !Number.isInteger(last) || folder === undefined) {
  throw new Error('use: draw-phantom-patches.ts FIRST_SEED LAST_SEED OUT_FOLDER');
}
if (last >= RESERVED_SEED) throw new Error(`seeds from ${RESERVED_SEED} on are kept for judging`);
await mkdir(folder, { recursive: true });
const partial = join(folder, 'patches.rgb.partial');
const records: { seed: number; label: number; kind: string }[] = [];
{
  await using file = await open(partial, 'w');
  for (let seed = first; seed <= last; seed++) {
    const random = makeRandom(seed * 7919 + 1);
    const side = 5000 + 1000 * Math.floor(random() * 5);
    const scene = composeMetastasisScene({ seed, widthPx: side, heightPx: side, normal: seed % 3 === 0 });
    for (const centre of chooseCentres(scene, random)) {
      const at = { x: centre.x - REGION_PX / 2, y: centre.y - REGION_PX / 2 };
      const region = drawRegion(scene, { ...at, width: REGION_PX, height: REGION_PX });
      const inset = (REGION_PX - LABEL_PX) / 2;
      const mask = maskRegion(scene, { x: at.x + inset, y: at.y + inset, width: LABEL_PX, height: LABEL_PX });
      await file.write(average(await throughJpeg(region.data)));
      records.push({ seed, label: mask.some((value) => value > 0) ? 1 : 0, kind: centre.kind });
    }
    process.stderr.write(`phantom seed ${seed} of ${last}: ${records.length} patches\n`);
  }
}
await rename(partial, join(folder, 'patches.rgb'));
await writeFile(join(folder, 'patches.json'), JSON.stringify(records));
