import { GigascopeError, type Picture } from '@gigascope/contracts';
import {
  createDeepZoom,
  type DeepZoom,
  deepZoomTile,
  encodedPicture,
  readTargetRegion,
  type SlideReader,
} from '@gigascope/tiling';

export interface AskedTile {
  readonly tileSizePx: number;
  readonly overlapPx: number;
  readonly dzLevel: number;
  readonly col: number;
  readonly row: number;
  readonly quality: number | null;
}

/** Level pixels of a tile at 256 px and any downsample up to 2: 1 MiB. */
const SPARE_BYTES = 2 ** 20;

const layouts = new WeakMap<SlideReader, DeepZoom>();
/** Memory for pixels, one for each tile that was ever made at once: fresh memory means page faults and garbage collection. */
const spare: Uint8Array<ArrayBuffer>[] = [];

/** One Deep Zoom tile of a slide; LEVEL_OUT_OF_RANGE when there is none. */
export async function encodedTile(reader: SlideReader, asked: AskedTile): Promise<Picture> {
  const deepZoom = layoutOf(reader, asked);
  const { rect } = deepZoomTile(deepZoom, asked.dzLevel, asked.col, asked.row);
  const lattice = deepZoom.levels[asked.dzLevel]?.lattice;
  if (lattice === undefined) throw new GigascopeError('LEVEL_OUT_OF_RANGE', `Deep Zoom level ${asked.dzLevel}`);
  const pixels = spare.pop() ?? new Uint8Array(SPARE_BYTES);
  const picture = encodedPicture(await readTargetRegion(reader, lattice, rect, pixels), asked.quality);
  // Pixels that are the answer themselves are still to be sent.
  if (!('image' in picture)) spare.push(pixels);
  return picture;
}

/** The slide's layout, kept for as long as it is open; another one of other tiles replaces it. */
function layoutOf(reader: SlideReader, { tileSizePx, overlapPx }: AskedTile): DeepZoom {
  const kept = layouts.get(reader);
  if (kept?.tileSizePx === tileSizePx && kept.overlapPx === overlapPx) return kept;
  const made = createDeepZoom(reader.metadata, { tileSizePx, overlapPx });
  layouts.set(reader, made);
  return made;
}
