import type { PatchBatch, PlanInput } from '@gigascope/analysis';
import type { AnalysisPlan, Block, ErrorCode, ModelManifest, RgbImage } from '@gigascope/contracts';

/** What is known of a slide that was planned before. */
export type KnownPlan = Omit<AnalysisPlan, 'thumbnail'>;

/** What a slide thread begins a slide with: it makes a plan from parameters, or takes the one that it is given. */
export interface SlideThreadData {
  readonly path: string;
  /** Of the stage that the thread cuts for. */
  readonly manifest: ModelManifest;
  readonly how: Omit<PlanInput, 'manifest'> | { readonly plan: KnownPlan };
  /** Cells along the side of what is cut: 1 for patches. */
  readonly squareCells: number;
  readonly batchSize: number;
  readonly buffers: number;
}

export interface ThreadError {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
}

/** A cell whose patch is wanted alone, with a margin in target pixels on each side. */
export interface PatchRequest {
  readonly colHeat: number;
  readonly rowHeat: number;
  readonly marginPx: number;
}

export type ToSlideThread =
  | { readonly kind: 'begin'; readonly data: SlideThreadData }
  | { readonly kind: 'request'; readonly ticket: number; readonly block: Block }
  | { readonly kind: 'recycle'; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'hold'; readonly held: boolean }
  | ({ readonly kind: 'patch'; readonly id: number } & PatchRequest)
  | { readonly kind: 'stop' }
  /** Between two slides: to give up what is kept for the next one. */
  | { readonly kind: 'cool' };

export type FromSlideThread =
  | { readonly kind: 'planned'; readonly plan: AnalysisPlan }
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly error: ThreadError }
  /** Its slide is closed, and it may begin another. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'batch'; readonly batch: PatchBatch; readonly readMs: number }
  | { readonly kind: 'block-cut'; readonly ticket: number }
  | { readonly kind: 'block-failed'; readonly ticket: number; readonly error: ThreadError }
  | { readonly kind: 'patch'; readonly id: number; readonly image: RgbImage }
  | { readonly kind: 'patch-failed'; readonly id: number; readonly error: ThreadError };
