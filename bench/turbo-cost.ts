import { open } from 'node:fs/promises';
import { wholeTile } from '@gigascope/jpeg-stream';
import { nativeTiles, openSlide } from '@gigascope/tiling';
import { loadTurboJpeg } from '@gigascope/turbojpeg';

const TILES = 400;
const QUALITY = 85;

/** Whole streams of a slide's tiles of level 0, some from all over it. */
export async function someTiles(path: string): Promise<readonly Uint8Array[]> {
  await using reader = await openSlide(path);
  const [level] = nativeTiles(reader).levels;
  if (level === undefined) throw new Error(`${path} has no plain JPEG tiles`);
  await using file = await open(path);
  const size = { widthPx: level.tileWidthPx, heightPx: level.tileHeightPx };
  const streams: Uint8Array[] = [];
  for (let i = 0; i < TILES; i++) {
    const index = Math.floor((i * level.offsets.length) / TILES);
    const tile = Buffer.alloc(level.byteCounts[index] ?? 0);
    await file.read(tile, 0, tile.length, level.offsets[index]);
    streams.push(Buffer.concat(wholeTile(tile, level.prefix, size) ?? []));
  }
  return streams;
}

/** Tiles decoded and encoded again in a second by libjpeg-turbo alone, on one thread. */
export function turboTilesPerSecond(streams: readonly Uint8Array[]): number {
  const library = loadTurboJpeg();
  const [decompressor, compressor] = [library.createDecompressor(), library.createCompressor()];
  const { widthPx, heightPx } = decompressor.readHeader(streams[0] ?? new Uint8Array());
  const data = new Uint8Array(widthPx * heightPx * 3);
  const target = { data, offsetBytes: 0, pitchBytes: widthPx * 3, widthPx, heightPx };
  const began = performance.now();
  for (const stream of streams) {
    decompressor.decompressInto(stream, target);
    compressor.compress({ data, width: widthPx, height: heightPx }, QUALITY);
  }
  const seconds = (performance.now() - began) / 1000;
  decompressor.close();
  compressor.close();
  return streams.length / seconds;
}
