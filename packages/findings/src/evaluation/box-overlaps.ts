import Flatbush from 'flatbush';

/** An object of a class and its box in pixels of its image; x1 and y1 are where it ends, so that its width is x1 − x0. */
export interface LabelledBox {
  readonly class: string;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface ScoredBox extends LabelledBox {
  readonly probability: number;
}

/** One class in one image: its detections by falling probability, each with the objects that it overlaps. */
export interface BoxOverlaps {
  readonly probabilities: readonly number[];
  /** Per detection, by ascending index of the object. */
  readonly candidates: readonly (readonly { readonly object: number; readonly iou: number }[])[];
  readonly objects: number;
}

/** Finds what overlaps what; classes are the caller's to keep apart. Detections of equal probability keep their order. */
export function overlapBoxes(found: readonly ScoredBox[], objects: readonly LabelledBox[]): BoxOverlaps {
  const ordered = found.toSorted((a, b) => b.probability - a.probability);
  const index = objects.length === 0 ? null : new Flatbush(objects.length);
  for (const { x0, y0, x1, y1 } of objects) index?.add(x0, y0, x1, y1);
  index?.finish();
  const candidates = ordered.map((box) => {
    const near = index?.search(box.x0, box.y0, box.x1, box.y1) ?? [];
    return near.sort((a, b) => a - b).map((object) => ({ object, iou: boxIou(box, objects[object] as LabelledBox) }));
  });
  return { probabilities: ordered.map(({ probability }) => probability), candidates, objects: objects.length };
}

/** Intersection over union; 0 of boxes without area. */
function boxIou(a: LabelledBox, b: LabelledBox): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(a) + area(b) - width * height);
}

function area({ x0, y0, x1, y1 }: LabelledBox): number {
  return (x1 - x0) * (y1 - y0);
}
