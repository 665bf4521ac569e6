// Draws labelled fields of C4d phantoms for training:
//   node draw-c4d-fields.ts capillaries FIRST_SEED LAST_SEED OUT_FOLDER [WINDOWS_PER_SEED=12]
//   node draw-c4d-fields.ts feasible    FIRST_SEED LAST_SEED OUT_FOLDER [REGIONS_PER_SEED=3, of 25 fields each]
//   node draw-c4d-fields.ts slides      FIRST_SEED LAST_SEED OUT_FOLDER
// capillaries (stage 2): windows of 1024 level-0 px, through JPEG as slides are stored, averaged 2×2 to 512×512 px at
//   0.5 µm/px. Writes windows.rgb (uint8 [N, 512, 512, 3]) and windows.json: per window seed, x0L0, y0L0 and boxes
//   [x0, y0, x1, y1] in window px with class; a box cut by the border is clipped and says which share of it is inside.
// feasible (stage 1): 96×96 px at 2 µm/px (768 level-0 px averaged 8×8: what a 299-px patch at 0.5 µm/px is behind its
//   4×4 average, and a margin), labelled 1 when the central 256 level-0 px, one cell of stride 128 at 0.5 µm/px, are
//   feasible (describeField). 5×5 fields, one cell apart, are cut from one drawn region of 1792 px, for drawing is the
//   cost. Writes fields.rgb (uint8 [N, 96, 96, 3]) and fields.json: seed, x0L0, y0L0, label, why.
// slides (to judge on): whole phantoms, through JPEG in strips, averaged 2×2 to 0.5 µm/px. Writes <seed>.rgb (uint8
//   [H, W, 3]) and slides.json: seed, widthPx, heightPx, boxes in those pixels with class, and feasible,
//   0 or 1 for each field of the lattice from (0, 0) on, row by row.
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type C4dScene, c4dTruthOf, composeC4dScene, describeField, drawC4dRegion, FIELD_PX } from '@gigascope/phantom';
import sharp from 'sharp';

const WINDOW = { name: 'windows', sidePx: 1024, averagePx: 2, perSeed: 12 } as const;
const FIELD = { name: 'fields', sidePx: 768, averagePx: 8, perSeed: 3 } as const;
/** Fields along one side of a drawn region, and the side of that region. */
const FIELDS_A_SIDE = 5;
const REGION_PX = FIELD.sidePx + (FIELDS_A_SIDE - 1) * FIELD_PX;
/** Side of the pieces that a whole phantom is drawn in; it divides every phantom's sides. */
const TILE_PX = 500;
/** Seeds from here on are kept for judging. */
const RESERVED_SEED = 1000;
/** A box of which less than this share is in the window is left out. */
const LEAST_INSIDE = 0.3;

type Place = { readonly x: number; readonly y: number };

/** Small seeded generator (mulberry32), so that the same seeds give the same windows. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function throughJpeg(data: Uint8Array, sidePx: number): Promise<Uint8Array> {
  const raw = { width: sidePx, height: sidePx, channels: 3 as const };
  const jpeg = await sharp(data, { raw }).jpeg({ quality: 85 }).toBuffer();
  return await sharp(jpeg).raw().toBuffer();
}

function average(data: Uint8Array, sidePx: number, factor: number): Uint8Array {
  const side = sidePx / factor;
  const out = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let j = 0; j < factor; j++) {
          for (let i = 0; i < factor; i++) sum += data[((y * factor + j) * sidePx + x * factor + i) * 3 + c] as number;
        }
        out[(y * side + x) * 3 + c] = Math.round(sum / factor ** 2);
      }
    }
  }
  return out;
}

const round2 = (value: number) => Math.round(value * 100) / 100;

function boxesIn(truth: ReturnType<typeof c4dTruthOf>, at: Place) {
  const { sidePx, averagePx } = WINDOW;
  return truth.capillaries.flatMap((c) => {
    const clip = (value: number) => Math.min(sidePx, Math.max(0, value));
    const [x0, x1] = [clip(c.x0L0 - at.x), clip(c.x1L0 - at.x)];
    const [y0, y1] = [clip(c.y0L0 - at.y), clip(c.y1L0 - at.y)];
    const inside = ((x1 - x0) * (y1 - y0)) / ((c.x1L0 - c.x0L0) * (c.y1L0 - c.y0L0));
    if (inside < LEAST_INSIDE) return [];
    const box = [x0, y0, x1, y1].map((value) => round2(value / averagePx));
    return [{ box, class: c.class, inside: round2(inside) }];
  });
}

/** The square of `sidePx` at (left, top) of an image `widthPx` wide. */
function crop(data: Uint8Array, widthPx: number, left: number, top: number, sidePx: number): Uint8Array {
  const out = new Uint8Array(sidePx * sidePx * 3);
  for (let y = 0; y < sidePx; y++) {
    const from = ((top + y) * widthPx + left) * 3;
    out.set(data.subarray(from, from + sidePx * 3), y * sidePx * 3);
  }
  return out;
}

/** The label of a field that is drawn with its surroundings from `at` on. */
function labelOf(scene: C4dScene, at: Place) {
  const inset = (FIELD.sidePx - FIELD_PX) / 2;
  return labelAt(scene, { x: at.x + inset, y: at.y + inset });
}

/** The label of the field of FIELD_PX at (x, y). */
function labelAt(scene: C4dScene, { x, y }: Place) {
  const { feasible, why, cortexShare } = describeField(scene, { x, y, width: FIELD_PX, height: FIELD_PX });
  return { label: feasible ? 1 : 0, why, cortexShare: round2(cortexShare) };
}

/** Two thirds around capillaries, the rest where artefacts and anything else lie. */
function windowPlace(scene: C4dScene, random: () => number): Place {
  const side = WINDOW.sidePx;
  const capillary = scene.capillaries[Math.floor(random() * scene.capillaries.length)];
  if (capillary !== undefined && random() < 0.67) {
    return {
      x: Math.round(capillary.xL0 - side * (0.15 + 0.7 * random())),
      y: Math.round(capillary.yL0 - side * (0.15 + 0.7 * random())),
    };
  }
  return fieldPlace(scene, random, side);
}

/** Anywhere in the cores' bounds, one in four at an artefact. */
function fieldPlace(scene: C4dScene, random: () => number, sidePx: number): Place {
  const things = random() < 0.25 && scene.artefacts.length > 0 ? scene.artefacts : scene.cores;
  const bounds = things[Math.floor(random() * things.length)]?.bounds ?? { x0: 0, y0: 0, x1: 1, y1: 1 };
  return {
    x: Math.round(bounds.x0 + random() * (bounds.x1 - bounds.x0) - sidePx / 2),
    y: Math.round(bounds.y0 + random() * (bounds.y1 - bounds.y0) - sidePx / 2),
  };
}

/** The stain's ratio, not the seed, decides how many are positive: spread over all grades, for enough of both classes. */
function composeFor(seed: number): C4dScene {
  const random = makeRandom(seed * 7919 + 3);
  const widthPx = 4000 + 500 * Math.floor(random() * 5);
  const ratioPercent = [5, 20, 40, 60, 80][seed % 5] ?? 50;
  return composeC4dScene({ seed, widthPx, heightPx: 4000, ratioPercent });
}

/** One whole phantom at 0.5 µm/px: drawn and stored in strips, as a slide's tiles are. */
async function drawSlide(seed: number, folder: string): Promise<object> {
  const scene = composeFor(seed);
  const { widthPx, heightPx } = scene;
  const { averagePx } = WINDOW;
  const out = new Uint8Array((widthPx / averagePx) * (heightPx / averagePx) * 3);
  const rowBytes = (widthPx / averagePx) * 3;
  for (let top = 0; top < heightPx; top += TILE_PX) {
    for (let left = 0; left < widthPx; left += TILE_PX) {
      const region = drawC4dRegion(scene, { x: left, y: top, width: TILE_PX, height: TILE_PX });
      const small = average(await throughJpeg(region.data, TILE_PX), TILE_PX, averagePx);
      const sidePx = TILE_PX / averagePx;
      for (let y = 0; y < sidePx; y++) {
        out.set(small.subarray(y * sidePx * 3, (y + 1) * sidePx * 3), (top / averagePx + y) * rowBytes + (left / averagePx) * 3);
      }
    }
  }
  await writeFile(join(folder, `${seed}.rgb`), out);
  const boxes = c4dTruthOf(scene).capillaries.map((c) => ({
    box: [c.x0L0, c.y0L0, c.x1L0, c.y1L0].map((value) => round2(value / averagePx)),
    class: c.class,
  }));
  const feasible: number[][] = [];
  for (let y = 0; y < heightPx; y += FIELD_PX) {
    const row: number[] = [];
    for (let x = 0; x < widthPx; x += FIELD_PX) row.push(labelAt(scene, { x, y }).label);
    feasible.push(row);
  }
  return { seed, widthPx: widthPx / averagePx, heightPx: heightPx / averagePx, boxes, feasible };
}

const [kind, first, last, folder] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4]), process.argv[5]];
const known = kind === 'capillaries' || kind === 'feasible' || kind === 'slides';
if (!known || !Number.isInteger(first) || !Number.isInteger(last) || folder === undefined) {
  throw new Error('use: draw-c4d-fields.ts capillaries|feasible|slides FIRST_SEED LAST_SEED OUT_FOLDER [PER_SEED]');
}
if (first < 0 || last >= RESERVED_SEED) throw new Error(`seeds from ${RESERVED_SEED} on are kept for judging`);
await mkdir(folder, { recursive: true });
if (kind === 'slides') {
  const records: object[] = [];
  for (let seed = first; seed <= last; seed++) {
    records.push(await drawSlide(seed, folder));
    process.stderr.write(`C4d phantom seed ${seed} of ${last}, whole\n`);
  }
  await writeFile(join(folder, 'slides.json'), JSON.stringify(records));
} else {
  const form = kind === 'capillaries' ? WINDOW : FIELD;
  const perSeed = process.argv[6] === undefined ? form.perSeed : Number(process.argv[6]);
  const drawnPx = kind === 'capillaries' ? WINDOW.sidePx : REGION_PX;
  const partial = join(folder, `${form.name}.rgb.partial`);
  const records: object[] = [];
  {
    await using file = await open(partial, 'w');
    for (let seed = first; seed <= last; seed++) {
      const random = makeRandom(seed * 7919 + 1);
      const scene = composeFor(seed);
      const truth = c4dTruthOf(scene);
      for (let k = 0; k < perSeed; k++) {
        const at = kind === 'capillaries' ? windowPlace(scene, random) : fieldPlace(scene, random, drawnPx);
        const region = drawC4dRegion(scene, { ...at, width: drawnPx, height: drawnPx });
        const small = average(await throughJpeg(region.data, drawnPx), drawnPx, form.averagePx);
        if (kind === 'capillaries') {
          await file.write(small);
          records.push({ seed, x0L0: at.x, y0L0: at.y, boxes: boxesIn(truth, at) });
          continue;
        }
        const [smallPx, stepPx] = [drawnPx / FIELD.averagePx, FIELD_PX / FIELD.averagePx];
        for (let index = 0; index < FIELDS_A_SIDE ** 2; index++) {
          const [column, row] = [index % FIELDS_A_SIDE, Math.floor(index / FIELDS_A_SIDE)];
          const there = { x: at.x + column * FIELD_PX, y: at.y + row * FIELD_PX };
          await file.write(crop(small, smallPx, column * stepPx, row * stepPx, FIELD.sidePx / FIELD.averagePx));
          records.push({ seed, x0L0: there.x, y0L0: there.y, ...labelOf(scene, there) });
        }
      }
      process.stderr.write(`C4d phantom seed ${seed} of ${last}: ${records.length} ${form.name}\n`);
    }
  }
  await rename(partial, join(folder, `${form.name}.rgb`));
  await writeFile(join(folder, `${form.name}.json`), JSON.stringify(records));
}
