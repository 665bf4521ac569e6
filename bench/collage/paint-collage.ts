import type { Rect } from '@gigascope/contracts';
import { PHANTOM_MPP, paintPhantomFiles } from '@gigascope/phantom';
import type { TilePixels } from './deal-patches.ts';
import type { CollageLayout } from './layout.ts';
import { PATCH_PX } from './patches.ts';
import { ENLARGED, NORMAL, TILE_PX, TILE_START_PX, TUMOUR, tileAt, touches } from './tile-grid.ts';

const GLASS_RGB = [243, 242, 244] as const;

/** Writes NAME.svs, its truth mask (the tiles that hold tumour) and the outlines as they were laid, beside one another. */
export async function paintCollage(
  layout: CollageLayout,
  pixels: TilePixels,
  seed: number,
  out: string,
): Promise<void> {
  const size = { widthPx: layout.columns * TILE_PX, heightPx: layout.rows * TILE_PX };
  const content = {
    ...size,
    mpp: PHANTOM_MPP,
    title: `Collage of PatchCamelyon patches, seed ${seed}`,
    draw: (rect: Rect<'l0'>) => draw(layout, pixels, rect),
    isBareGlass: (rect: Rect<'l0'>) => !touches(layout, rect, [NORMAL, TUMOUR]),
    mask: (rect: Rect<'level'>, downsample: number) => mask(layout, rect, downsample),
    geoJson: toGeoJson(layout, seed),
  };
  await paintPhantomFiles(content, { format: 'aperio', out });
}

function draw(layout: CollageLayout, pixels: TilePixels, rect: Rect<'l0'>): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(rect.width * rect.height * 3);
  const inPatch = (value: number): number => Math.floor(((value - TILE_START_PX) % TILE_PX) / ENLARGED);
  for (let y = 0, at = 0; y < rect.height; y += 1) {
    const row = inPatch(rect.y + y) * PATCH_PX;
    for (let x = 0; x < rect.width; x += 1, at += 3) {
      const tile = tileAt(layout, rect.x + x, rect.y + y);
      const patch = tile === null ? null : pixels[tile];
      const from = (row + inPatch(rect.x + x)) * 3;
      for (let c = 0; c < 3; c += 1) data[at + c] = (patch == null ? GLASS_RGB[c] : patch[from + c]) as number;
    }
  }
  return data;
}

/** 255 where a level's pixel has its centre in a tumour tile; null where none of `rect` has. */
function mask(layout: CollageLayout, rect: Rect<'level'>, downsample: number): Uint8Array<ArrayBuffer> | null {
  const [x0, y0] = [rect.x * downsample, rect.y * downsample];
  const whole = { x: x0, y: y0, width: rect.width * downsample, height: rect.height * downsample };
  if (!touches(layout, whole, [TUMOUR])) return null;
  const data = new Uint8Array(rect.width * rect.height);
  for (let y = 0; y < rect.height; y += 1) {
    for (let x = 0; x < rect.width; x += 1) {
      const tile = tileAt(layout, x0 + (x + 0.5) * downsample, y0 + (y + 0.5) * downsample);
      if (tile !== null && layout.kinds[tile] === TUMOUR) data[y * rect.width + x] = 255;
    }
  }
  return data;
}

/** The outlines in level-0 pixels, as QuPath takes annotations. */
function toGeoJson({ lesions }: CollageLayout, seed: number): string {
  const features = lesions.map(({ outline, xL0, yL0 }, k) => {
    const ring = outline.points.map(([x, y]) => [x + xL0, y + yL0]);
    return {
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [[...ring, ...ring.slice(0, 1)]] },
      properties: {
        objectType: 'annotation',
        name: `lesion ${k + 1}`,
        classification: { name: 'Tumor', color: [200, 0, 0] },
        diameterUm: Math.round(outline.diameterUm * 10) / 10,
      },
    };
  });
  return `${JSON.stringify({ type: 'FeatureCollection', collage: { seed }, features })}\n`;
}
