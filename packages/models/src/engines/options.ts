import type { ModelManifest } from '@gigascope/contracts';
import type { PatchSquare } from '../squares/patch-square.ts';

/** What an engine reads of a manifest. */
export type EngineManifest = Pick<ModelManifest, 'task' | 'patchSizePx' | 'classes' | 'input'> & {
  /** A bundle's own output, or the map of class activations [N, classes, h, w] that was added to its graph. */
  readonly output: ModelManifest['output'] | { readonly name: string; readonly meaning: 'activations' };
  /** segment only. */
  readonly outputSizePx?: number;
  /**
   * classify only: a picture is a square of patches, patchSizePx is its side, and a batch is one square. It goes through the network
   * in one pass (`whole`, for dense models) or patch by patch behind sums of pixels that are made once (`patches`).
   */
  readonly square?: PatchSquare & { readonly pass: 'whole' | 'patches' };
};

/** What an engine needs to run a bundle's model. */
export interface EngineOptions {
  /** The bytes of the .onnx file, or of TensorFlow.js' model.json. */
  readonly model: Uint8Array;
  /** tfjs only: what lies beside that file, such as its weight shards, by path from there. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly manifest: EngineManifest;
  readonly batchSize: number;
  /** Threads inside one run; 1 when several engines share the machine. */
  readonly threads?: number;
  /** 8 averages the prediction over rotations and flips; classify only. */
  readonly orientations?: 1 | 8;
  readonly provider?: 'cpu' | 'cuda' | 'tensorrt';
}

/** Bytes of one batch of an engine. */
export function batchBytes(batchSize: number, patchSizePx: number): number {
  return batchSize * patchSizePx * patchSizePx * 3;
}
