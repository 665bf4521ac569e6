import type { GraphCounts } from '../graph/graph-builder.ts';
import type { ModelProto } from '../onnx/generated/onnx-ml_pb.js';

/** Names that trainers and engines rely on, the same in every graph built here. */
export const PATCHES = 'patches';
/** What the network itself takes: float32 [N, 3, S, S] in [−1, 1], S = ceil(inputSizePx / averageFactor). */
export const FEATURES_IN = 'features_in';
export const LOGITS = 'logits';
export const PROBABILITIES = 'probabilities';

/** What classifiers take. */
export interface ArchitectureOptions {
  readonly classes: number;
  /** Multiplies every layer's channels; 1 is the paper's. */
  readonly width: number;
  /** No layer gets fewer channels than this; without effect at width 1. */
  readonly minChannels: number;
  /** Side of the patch in pixels. */
  readonly inputSizePx: number;
  /** Side of the pixel squares that are averaged before the network sees them. */
  readonly averageFactor: 1 | 4;
  /** Draws the initial weights. */
  readonly seed: number;
}

export interface BuiltModel {
  /** uint8 `patches` [N, size, size, 3] in, float32 `probabilities` [N, classes, …] or `detections` [K, 7] out. */
  readonly model: ModelProto;
  readonly counts: GraphCounts;
}

/** Takes options as they come from a file or a caller, checks them, and builds the graph. */
export type Architecture = (options: unknown) => BuiltModel;
