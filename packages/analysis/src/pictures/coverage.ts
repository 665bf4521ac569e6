import { type AnalysisPlan, classColours } from '@gigascope/contracts';

const OPACITY = 0.6;

/** Counts, for each pixel of a slide's thumbnail, how many mask pixels of each class fall on it, strip by strip. */
export class Coverage {
  readonly #size: { readonly width: number; readonly height: number };
  readonly #mask: { readonly widthPx: number; readonly heightPx: number };
  /** [classes − 1, height, width] */
  readonly #counts: Uint32Array[];
  readonly #pixels: Uint32Array;
  #y = 0;

  constructor(
    thumbnail: AnalysisPlan['thumbnail'],
    mask: { readonly widthPx: number; readonly heightPx: number },
    classes: number,
  ) {
    this.#size = { width: thumbnail.width, height: thumbnail.height };
    this.#mask = mask;
    const places = thumbnail.width * thumbnail.height;
    this.#counts = Array.from({ length: classes - 1 }, () => new Uint32Array(places));
    this.#pixels = new Uint32Array(places);
  }

  /** Takes the next whole rows of the class mask. */
  add(classes: Uint8Array): void {
    const { width, height } = this.#size;
    const { widthPx, heightPx } = this.#mask;
    for (let begin = 0; begin < classes.length; begin += widthPx, this.#y++) {
      const row = Math.min(height - 1, Math.floor((this.#y * height) / heightPx)) * width;
      for (let x = 0; x < widthPx; x++) {
        const place = row + Math.min(width - 1, Math.floor((x * width) / widthPx));
        this.#pixels[place] = (this.#pixels[place] as number) + 1;
        const kind = classes[begin + x] as number;
        const counts = this.#counts[kind - 1];
        if (counts !== undefined) counts[place] = (counts[place] as number) + 1;
      }
    }
  }

  /** RGBA of the thumbnail's size: each class in its colour, as opaque as it covers the pixel. */
  paint(classNames: readonly string[]): Buffer {
    const colours = [...classColours(classNames.slice(1)).values()];
    const rgba = Buffer.alloc(this.#pixels.length * 4);
    for (let place = 0; place < this.#pixels.length; place++) {
      const counts = this.#counts.map((count) => count[place] as number);
      const most = counts.indexOf(Math.max(...counts));
      const share = (counts[most] ?? 0) / Math.max(1, this.#pixels[place] as number);
      if (share === 0) continue;
      const [r, g, b] = colours[most] ?? [0, 0, 0];
      rgba.set([r, g, b, Math.round(255 * OPACITY * Math.sqrt(share))], place * 4);
    }
    return rgba;
  }
}
