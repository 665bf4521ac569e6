import type { ErrorCode } from '@gigascope/contracts';
import type { Engine, PatchBatch } from './engine.ts';

/** What the owner of an inference thread or process tells it. Both ends are one program, so the types are trusted. */
export type ToHost = ({ readonly kind: 'infer'; readonly id: number } & PatchBatch) | { readonly kind: 'close' };

export interface HostError {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
}

/** What it answers. Between threads buffers are transferred, never shared: ONNX Runtime refuses SharedArrayBuffer. */
export type FromHost =
  | { readonly kind: 'ready'; readonly description: Engine['description'] }
  | { readonly kind: 'refused'; readonly error: HostError }
  | {
      readonly kind: 'inferred';
      readonly id: number;
      /** All answers one after the other, and how long each is. */
      readonly values: Float32Array<ArrayBuffer>;
      readonly lengths: readonly number[];
      /** The batch's buffer, where it was transferred; a process works on a copy. */
      readonly data?: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly error: HostError };
