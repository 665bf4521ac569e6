import { hashPoint, unit } from '../hash.ts';
import { TEXTURE_SIDE_PX, tileableTexture } from '../noise.ts';

const WRAP = TEXTURE_SIDE_PX - 1;

/** Tileable textures that all structures are drawn with. */
export interface C4dTextures {
  readonly cloud: Float32Array<ArrayBuffer>;
  readonly grain: Float32Array<ArrayBuffer>;
  /** Distance in pixels from the border between two capillary loops of a glomerulus, 0 on it. */
  readonly loops: Float32Array<ArrayBuffer>;
}

export function makeC4dTextures(seed: number): C4dTextures {
  return {
    cloud: tileableTexture(seed + 801, 32, 4),
    grain: tileableTexture(seed + 802, 8, 3),
    loops: loopTexture(seed + 803),
  };
}

export function textureAt(texture: Float32Array<ArrayBuffer>, x: number, y: number): number {
  return texture[((y & WRAP) << 9) | (x & WRAP)] as number;
}

/** Cells of a jittered lattice (Worley 1996, A cellular texture basis function): half of second less first distance. */
function loopTexture(seed: number): Float32Array<ArrayBuffer> {
  const cells = 12;
  const pitch = TEXTURE_SIDE_PX / cells;
  const texture = new Float32Array(TEXTURE_SIDE_PX ** 2);
  const wrap = (k: number) => ((k % cells) + cells) % cells;
  /** Where in its cell each site lies, x and y. */
  const sites = Float64Array.from({ length: 2 * cells ** 2 }, (_, k) =>
    unit(hashPoint(seed, (k >> 1) % cells, Math.floor((k >> 1) / cells)), k & 1),
  );
  for (let y = 0; y < TEXTURE_SIDE_PX; y++) {
    for (let x = 0; x < TEXTURE_SIDE_PX; x++) {
      // Squares until the two nearest are known: of each the root would be most of the work.
      let first = 1e12;
      let second = 1e12;
      const column = Math.floor(x / pitch);
      const row = Math.floor(y / pitch);
      for (let j = row - 1; j <= row + 1; j++) {
        for (let i = column - 1; i <= column + 1; i++) {
          const site = 2 * (wrap(j) * cells + wrap(i));
          const d =
            ((i + (sites[site] as number)) * pitch - x) ** 2 + ((j + (sites[site + 1] as number)) * pitch - y) ** 2;
          if (d < first) {
            second = first;
            first = d;
          } else if (d < second) second = d;
        }
      }
      texture[y * TEXTURE_SIDE_PX + x] = (Math.sqrt(second) - Math.sqrt(first)) / 2;
    }
  }
  return texture;
}
