import type { LabelledBox } from '@gigascope/findings';
import { requireArgument } from '../../../command.ts';

/** A box as a file states it: truth has no probability, detections must have one. */
export interface StoredBox extends LabelledBox {
  readonly probability: number | null;
}

/** An image with the boxes that a file gives it, whether labels or detections. */
export interface BoxedImage {
  readonly name: string;
  /** Where its pixels are by the file, absolute or as given; null when the file does not say. For running a model on it. */
  readonly imagePath: string | null;
  readonly boxes: readonly StoredBox[];
}

/** What COCO's result lists leave to the file of annotations: which number is which image and class. */
export interface CocoNames {
  readonly images: ReadonlyMap<string, string>;
  readonly classes: ReadonlyMap<string, string>;
}

export interface BoxSet {
  readonly images: readonly BoxedImage[];
  /** Boxes without area and crowd regions, which are left out. */
  readonly skipped: { readonly broken: number; readonly crowds: number };
  readonly coco?: CocoNames;
  /** The boxes are of one image, of which nothing but the file's own name is known. */
  readonly isUnnamed?: boolean;
}

/** The class of outlines that have none: both sides of a comparison without classes agree. */
export const UNCLASSIFIED = 'unclassified';

/** Checks corners and probability. Throws ARGUMENT_INVALID that begins with `where`. */
export function storedBox(box: StoredBox, where: string): StoredBox {
  const { x0, y0, x1, y1, probability } = box;
  requireArgument([x0, y0, x1, y1, probability ?? 0].every(Number.isFinite), `${where}: a number is missing`);
  requireArgument(x0 <= x1 && y0 <= y1, `${where}: the box ends before it begins`);
  return box;
}

export function hasArea({ x0, y0, x1, y1 }: LabelledBox): boolean {
  return x1 > x0 && y1 > y0;
}

/** Joins boxes of one image each to images, in the order in which they are met; `known` images are there without boxes too. */
export function groupByImage(
  boxes: readonly { readonly image: string; readonly box: StoredBox }[],
  known: ReadonlyMap<string, string | null> = new Map(),
): BoxedImage[] {
  const byImage = new Map<string, StoredBox[]>([...known.keys()].map((name) => [name, []]));
  for (const { image, box } of boxes) {
    const ofImage = byImage.get(image) ?? [];
    ofImage.push(box);
    byImage.set(image, ofImage);
  }
  return [...byImage].map(([name, ofImage]) => ({ name, imagePath: known.get(name) ?? null, boxes: ofImage }));
}
