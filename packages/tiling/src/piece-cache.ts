import type { RgbImage } from '@gigascope/contracts';

/** Keeps the pieces used last, up to a number of bytes. */
export class PieceCache {
  readonly #maxBytes: number;
  readonly #pieces = new Map<string, RgbImage>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): RgbImage | undefined {
    const piece = this.#pieces.get(key);
    if (piece !== undefined) {
      // A map keeps the order of insertion: the first is the one used longest ago.
      this.#pieces.delete(key);
      this.#pieces.set(key, piece);
    }
    return piece;
  }

  set(key: string, piece: RgbImage): void {
    this.#pieces.set(key, piece);
    this.#bytes += piece.data.length;
    for (const [oldest, { data }] of this.#pieces) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#pieces.delete(oldest);
      this.#bytes -= data.length;
    }
  }
}
