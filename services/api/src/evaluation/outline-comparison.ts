import { GigascopeError, type Segment } from '@gigascope/contracts';
import type { Agreement } from '@gigascope/contracts/http';
import { dice, fillRings, type Rings } from '@gigascope/findings';
import { inFrame, type RasterFrame, rasterFrame } from './raster-frame.ts';
import { type Bounds, boundsOf, truthShapes } from './truth-shapes.ts';

type OutlineFigures = Omit<Extract<Agreement['agreement'], { kind: 'outlines' }>, 'truncated'>;

const MOST_PIXELS = 2 ** 21;
/** Each class has two masks. */
const MOST_CLASSES = 16;

interface Masks {
  readonly truth: Uint8Array;
  readonly found: Uint8Array;
}

/** Compares drawn areas with outlines that come a page at a time, pixel by pixel in the rectangle that the drawn ones span. */
export class OutlineComparison {
  readonly bounds: Bounds;
  readonly ignored: number;
  readonly #frame: RasterFrame;
  readonly #all: Masks;
  readonly #classes = new Map<string, Masks>();

  /** Throws ARGUMENT_INVALID where no area was drawn. */
  constructor(geojson: string) {
    const { outlines, ignored } = truthShapes(geojson);
    if (outlines.length === 0) throw new GigascopeError('ARGUMENT_INVALID', 'no area is drawn in these annotations');
    this.ignored = ignored;
    this.bounds = boundsOf(outlines.map(({ rings }) => rings));
    this.#frame = rasterFrame(this.bounds, 1, MOST_PIXELS);
    this.#all = this.#masks();
    const names = new Set(outlines.map((outline) => outline.class));
    if (!names.has(null) && names.size <= MOST_CLASSES)
      for (const name of names) this.#classes.set(String(name), this.#masks());
    this.#fill(outlines, 'truth');
  }

  add(segments: readonly Pick<Segment, 'class' | 'rings'>[]): void {
    this.#fill(
      segments.map(({ class: name, rings }) => ({ class: name, rings: rings.map(pairsOf) })),
      'found',
    );
  }

  figures(): OutlineFigures {
    const classes = [...this.#classes].map(([name, masks]) => ({ class: name, dice: diceOf(masks) }));
    return {
      ...{ kind: 'outlines', ...this.bounds, downsample: this.#frame.downsample },
      ...{ byClass: this.#classes.size > 0, dice: diceOf(this.#all), classes },
    };
  }

  #masks(): Masks {
    const pixels = this.#frame.width * this.#frame.height;
    return { truth: new Uint8Array(pixels), found: new Uint8Array(pixels) };
  }

  #fill(areas: readonly { readonly class: string | null; readonly rings: Rings }[], of: keyof Masks): void {
    for (const [name, ofClass] of Map.groupBy(areas, (area) => area.class)) {
      const { labels } = fillRings(
        ofClass.map(({ rings }) => inFrame(rings, this.#frame)),
        this.#frame,
      );
      const own = this.#classes.get(String(name))?.[of];
      labels.forEach((label, pixel) => {
        if (label === 0) return;
        this.#all[of][pixel] = 1;
        if (own !== undefined) own[pixel] = 1;
      });
    }
  }
}

function diceOf({ truth, found }: Masks): number {
  const counts = { both: 0, truth: 0, predicted: 0 };
  truth.forEach((isTrue, pixel) => {
    const isFound = found[pixel] as number;
    counts.truth += isTrue;
    counts.predicted += isFound;
    counts.both += isTrue & isFound;
  });
  return dice(counts);
}

function pairsOf(ring: readonly number[]): (readonly [number, number])[] {
  return Array.from({ length: ring.length / 2 }, (_, k) => [ring[2 * k] ?? 0, ring[2 * k + 1] ?? 0] as const);
}
