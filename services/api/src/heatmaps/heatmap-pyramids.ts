import { GigascopeError } from '@gigascope/contracts';
import { halveMap, type ProbabilityMap, readNpy } from '@gigascope/findings';
import type { BlobStore } from '@gigascope/store';
import { LRUCache } from 'lru-cache';

/** Of values held: 16 MB. A slide of 100,000² at 128 px a cell has 2.4 MB, with its halves 3.3. */
const MAX_HELD_BYTES = 2 ** 24;
/** A heatmap that is larger than this is not held in memory for a viewer. */
const MAX_BLOB_BYTES = 2 ** 26;
export const HEATMAP_TILE = 256;

/** Level k is the map halved k times; the last fits one tile. */
export type HeatmapPyramid = readonly [ProbabilityMap, ...ProbabilityMap[]];

/** Heatmaps with their halves, read once for all tiles that a viewer asks for one after the other. */
export class HeatmapPyramids {
  readonly #blobs: BlobStore;
  readonly #held: LRUCache<string, HeatmapPyramid>;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
    this.#held = new LRUCache({
      maxSize: MAX_HELD_BYTES,
      sizeCalculation: (levels) => levels.reduce((sum, { values }) => sum + values.byteLength, 0),
      fetchMethod: (key) => this.#read(key),
    });
  }

  /** @throws GigascopeError FILE_NOT_FOUND. */
  async get(blobKey: string): Promise<HeatmapPyramid> {
    const pyramid = await this.#held.fetch(blobKey);
    if (pyramid === undefined) throw new GigascopeError('INTERNAL', 'a heatmap was not read');
    return pyramid;
  }

  async #read(key: string): Promise<HeatmapPyramid> {
    if ((await this.#blobs.sizeBytes(key)) > MAX_BLOB_BYTES) throw new GigascopeError('REQUEST_TOO_LARGE');
    const { shape, data } = readNpy(await this.#blobs.read(key));
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined || !(data instanceof Float32Array))
      throw new GigascopeError('INTERNAL', 'a heatmap is not float32 [rows, columns]');
    const levels: [ProbabilityMap, ...ProbabilityMap[]] = [{ columns, rows, values: data }];
    for (let map = levels[0]; Math.max(map.columns, map.rows) > HEATMAP_TILE; ) {
      map = halveMap(map);
      levels.push(map);
    }
    return levels;
  }
}
