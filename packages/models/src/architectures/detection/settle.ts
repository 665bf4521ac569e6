import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { softmax } from '../../graph/ops/activation.ts';
import { cast, div } from '../../graph/ops/arithmetic.ts';
import { where } from '../../graph/ops/compare.ts';
import { fill } from '../../graph/ops/fill.ts';
import { gather, gatherNd } from '../../graph/ops/gather.ts';
import { scatterNd } from '../../graph/ops/scatter.ts';
import { concat, reshape, transpose } from '../../graph/ops/shape.ts';
import { slice } from '../../graph/ops/slice.ts';
import { BATCH, type Dimension, type Open, type Tensor } from '../../graph/tensor.ts';
import { centreAndSize, decode, largeEnough } from './boxes.ts';
import type { Regions } from './proposals.ts';
import type { DetectorSettings } from './settings.ts';
import { best, REJECTED, suppress } from './suppression.ts';

const DETECTIONS = 'detections';
/** What the box head's deltas are multiples of. */
const DELTA_WEIGHTS = [10, 10, 5, 5] as const;
/** Narrower or lower detections are dropped, as torchvision does. */
const SMALLEST_PX = 1e-2;

/** Every class of every region: boxes [N, C · P, 4] and scores [N, C · P], P the most regions of an image, class by class. */
interface Candidates {
  readonly boxes: Tensor;
  readonly scores: Tensor;
}

/**
 * From the box head's results to `detections` [K, 7]: image, x0, y0, x1, y1 in patch pixels, score, class (0-based,
 * without the background), image by image and best first. Boxes are suppressed within their class, or whatever their
 * class if classes exclude one another. K may be 0.
 */
export function settle(
  g: GraphBuilder,
  images: Tensor,
  regions: Regions,
  head: { readonly logits: Tensor; readonly deltas: Tensor },
  settings: DetectorSettings,
): Tensor {
  const { classes, exclusive, maxDetections, nmsIou } = settings;
  const regionsPerImage = (regions.boxes.shape[0] as Open).most;
  const { boxes, scores } = candidates(g, images, regions, head, regionsPerImage, settings);
  const groups = exclusive ? 1 : classes;
  const each = (classes / groups) * regionsPerImage;
  const kept = suppress(
    g,
    'settled.groups',
    reshape(g, 'settled.grouped_boxes', boxes, [{ times: groups }, each, 4]),
    reshape(g, 'settled.grouped_scores', scores, [{ times: groups }, 1, each]),
    { iou: nmsIou, above: settings.scoreThreshold, most: maxDetections },
  );
  const perImage = reshape(g, 'settled.kept', kept, [BATCH, classes * regionsPerImage]);
  const most = Math.min(maxDetections, classes * regionsPerImage);
  const found = best(g, 'settled.best', perImage, most, { name: 'K', most });
  const column = (name: string, index: number) =>
    gather(g, `settled.${name}`, found.places, g.integers(`settled.${name}.column`, [index]), 1);
  const perClass = g.integers('settled.per_class', [regionsPerImage]);
  const rows = found.scores.shape[0] as Dimension;
  const parts = [
    cast(g, 'settled.image', column('image_index', 0), 'float32'),
    gatherNd(g, 'settled.boxes', boxes, found.places),
    reshape(g, 'settled.score', found.scores, [rows, 1]),
    cast(g, 'settled.class', div(g, 'settled.class_index', column('place', 1), perClass), 'float32'),
  ];
  return concat(g, DETECTIONS, parts, 1);
}

function candidates(
  g: GraphBuilder,
  images: Tensor,
  regions: Regions,
  head: { readonly logits: Tensor; readonly deltas: Tensor },
  regionsPerImage: number,
  { classes, inputSizePx }: DetectorSettings,
): Candidates {
  const rows = regions.boxes.shape[0] as Dimension;
  const foreground = { axis: 1, start: 1, end: 1 + classes };
  const perClass = reshape(g, 'box.by_class', head.deltas, [rows, 1 + classes, 4]);
  const weights = g.weights('box.delta_weights', [4], Float32Array.from(DELTA_WEIGHTS), 'constant');
  const deltas = div(g, 'box.weighted', slice(g, 'box.foreground', perClass, [foreground]), weights); // [regions, C, 4]
  const anchors = centreAndSize(g, 'box.region', reshape(g, 'box.regions', regions.boxes, [rows, 1, 4]));
  const boxes = decode(g, 'box.boxes', deltas, anchors, inputSizePx);
  const probabilities = softmax(g, 'box.probabilities', head.logits, 1);
  const scores = where(
    g,
    'box.scores',
    largeEnough(g, 'box.real', boxes, SMALLEST_PX),
    slice(g, 'box.likely', probabilities, [foreground]),
    g.weights('box.none', [1], Float32Array.of(REJECTED), 'constant'),
  ); // [regions, C]
  // Each image's regions get as many rows as any image can have, so that one operation suppresses the whole batch.
  const spread = (name: string, x: Tensor, rest: readonly number[], empty: number) => {
    const room = fill(g, `${name}.room`, images, [regionsPerImage, classes, ...rest], empty);
    const byRegion = scatterNd(g, `${name}.by_region`, room, regions.slots, x); // [N, P, C, …]
    const byClass = transpose(g, `${name}.by_class`, byRegion, rest.length === 0 ? [0, 2, 1] : [0, 2, 1, 3]);
    return reshape(g, name, byClass, [BATCH, classes * regionsPerImage, ...rest]);
  };
  return {
    boxes: spread('candidates.boxes', boxes, [4], 0),
    scores: spread('candidates.scores', scores, [], REJECTED),
  };
}
