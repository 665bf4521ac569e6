import { z } from 'zod';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { BuiltModel } from './architecture.ts';
import { boxHead } from './detection/box-head.ts';
import { featurePyramid } from './detection/fpn.ts';
import { propose } from './detection/proposals.ts';
import { poolRegions } from './detection/region-pooling.ts';
import { settle } from './detection/settle.ts';
import { door } from './door.ts';
import { NetworkOptions } from './options.ts';
import { type ResNetKind, resNetStages } from './resnet.ts';

const Share = z.number().min(0).max(1);

/** Defaults are torchvision's; `width` and `minChannels` are the backbone's. */
export const FasterRcnnOptions = NetworkOptions.extend({
  /** Without the background. */
  classes: z.int().positive(),
  inputSizePx: z.int().positive().multipleOf(32),
  averageFactor: z.literal(1).default(1),
  fpnChannels: z.int().positive().default(256),
  headChannels: z.int().positive().default(1024),
  /** The side of a square anchor of each level, p2 to p5 and pool, in patch pixels. */
  anchorSizesPx: z.array(z.number().positive()).length(5).default([32, 64, 128, 256, 512]),
  /** The most anchors of each level that are suppressed, and the most regions of an image that are looked at. */
  preNms: z.int().positive().default(1000),
  postNms: z.int().positive().default(1000),
  proposalIou: Share.default(0.7),
  /** The most detections of a patch. */
  maxDetections: z.int().positive().default(100),
  /** Only scores above this are given. */
  scoreThreshold: Share.default(0.05),
  nmsIou: Share.default(0.5),
  /** Whether an object is of one class only, so that detections of different classes suppress one another. */
  exclusive: z.boolean().default(false),
});

/**
 * Faster R-CNN (Ren et al. 2015, arXiv 1506.01497) on a feature pyramid (Lin et al. 2017, arXiv 1612.03144) over a
 * ResNet, all in the graph: uint8 `patches` [N, S, S, 3] → float32 `detections` [K, 7], see `settle`. With 91 classes,
 * background included, at full width and 50 layers 41,755,286 parameters less batch normalisation's.
 */
export function fasterRcnn(backbone: ResNetKind): (options: z.output<typeof FasterRcnnOptions>) => BuiltModel {
  return (options) => {
    const g = new GraphBuilder({ name: `faster-rcnn-${backbone.name}-fpn`, seed: options.seed });
    const features = door(g, options.inputSizePx, 1);
    const stages = resNetStages(backbone, g, features, options);
    const pyramid = featurePyramid(g, stages, options.fpnChannels);
    const regions = poolRegions(g, pyramid, propose(g, pyramid, options), options.inputSizePx);
    const head = boxHead(g, regions.features, options.headChannels, options.classes);
    g.output(settle(g, features, regions, head, options));
    return { model: g.build(), counts: g.counts };
  };
}
