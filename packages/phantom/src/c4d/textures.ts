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
  for (let y = 0; y < TEXTURE_SIDE_PX; y++) {
    for (let x = 0; x < TEXTURE_SIDE_PX; x++) {
      let first = 1e6;
      let second = 1e6;
      const column = Math.floor(x / pitch);
      const row = Math.floor(y / pitch);
      for (let j = row - 1; j <= row + 1; j++) {
        for (let i = column - 1; i <= column + 1; i++) {
          const hash = hashPoint(seed, wrap(i), wrap(j));
          const d = Math.hypot((i + unit(hash, 0)) * pitch - x, (j + unit(hash, 1)) * pitch - y);
          if (d < first) {
            second = first;
            first = d;
          } else if (d < second) second = d;
        }
      }
      texture[y * TEXTURE_SIDE_PX + x] = (second - first) / 2;
    }
  }
  return texture;
}
