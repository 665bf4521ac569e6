import type { ErrorCode } from '@gigascope/contracts';
import type { Engine, PatchBatch } from './engine.ts';

/** What the owner of an inference thread tells it. Both ends are one program, so the types are trusted. */
export type ToThread = ({ readonly kind: 'infer'; readonly id: number } & PatchBatch) | { readonly kind: 'close' };

export interface ThreadError {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
}

/** What the thread answers. Buffers are transferred, never shared: the runtime refuses SharedArrayBuffer. */
export type FromThread =
  | { readonly kind: 'ready'; readonly description: Engine['description'] }
  | { readonly kind: 'refused'; readonly error: ThreadError }
  | {
      readonly kind: 'inferred';
      readonly id: number;
      /** All answers one after the other, and how long each is. */
      readonly values: Float32Array<ArrayBuffer>;
      readonly lengths: readonly number[];
      readonly data: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ThreadError };
