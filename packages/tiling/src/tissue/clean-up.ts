import type { ByteRaster } from '@gigascope/contracts';

/** Sets every pixel to what more than half of its 3 × 3 neighbourhood is; beyond the border there are no neighbours. */
export function majority3x3({ width, height, data }: ByteRaster): ByteRaster {
  const out = new Uint8Array(width * height);
  const columns = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - 1);
    const bottom = Math.min(height - 1, y + 1);
    columns.fill(0);
    for (let row = top; row <= bottom; row++) {
      for (let x = 0; x < width; x++) columns[x] = (columns[x] as number) + (data[row * width + x] as number);
    }
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - 1);
      const right = Math.min(width - 1, x + 1);
      let set = 0;
      for (let col = left; col <= right; col++) set += columns[col] as number;
      if (set * 2 > (right - left + 1) * (bottom - top + 1)) out[y * width + x] = 1;
    }
  }
  return { width, height, data: out };
}

/** Clears 8-connected specks of tissue smaller than `minPx` pixels. */
export function removeSpecks(mask: ByteRaster, minPx: number): ByteRaster {
  return flipSmall(mask, 1, minPx);
}

/** Fills 4-connected holes in tissue smaller than `minPx` pixels; what touches the border is no hole. */
export function fillHoles(mask: ByteRaster, minPx: number): ByteRaster {
  return flipSmall(mask, 0, minPx);
}

/** Flips each connected area of `value` that is smaller than `minPx`. */
function flipSmall({ width, height, data }: ByteRaster, value: 0 | 1, minPx: number): ByteRaster {
  const out = data.slice();
  const seen = new Uint8Array(data.length);
  const queue = new Int32Array(data.length);
  const diagonal = value === 1;
  for (let seed = 0; seed < data.length; seed++) {
    if (data[seed] !== value || seen[seed] === 1) continue;
    let length = 1;
    let atBorder = false;
    queue[0] = seed;
    seen[seed] = 1;
    for (let next = 0; next < length; next++) {
      const at = queue[next] as number;
      const x = at % width;
      const y = (at - x) / width;
      atBorder ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (let dy = y > 0 ? -1 : 0; dy <= (y < height - 1 ? 1 : 0); dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x < width - 1 ? 1 : 0); dx++) {
          if (!diagonal && dx !== 0 && dy !== 0) continue;
          const neighbour = at + dy * width + dx;
          if (data[neighbour] !== value || seen[neighbour] === 1) continue;
          seen[neighbour] = 1;
          queue[length++] = neighbour;
        }
      }
    }
    if (length >= minPx || (value === 0 && atBorder)) continue;
    for (let i = 0; i < length; i++) out[queue[i] as number] = 1 - value;
  }
  return { width, height, data: out };
}
