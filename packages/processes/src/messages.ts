import type { ErrorCode, Protocol } from '@gigascope/contracts';
import type { z } from 'zod';

export interface RequestMessage {
  readonly id: number;
  readonly method: string;
  readonly request: unknown;
}

export type ReplyMessage =
  | { readonly id: number; readonly reply: unknown }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly detail: string | undefined } };

/** Asks the process to finish what it has begun and to end; not answered. */
export const STOP = 'stop';

export type RequestOf<P extends Protocol, M extends keyof P> = z.input<P[M]['request']>;
export type ReplyOf<P extends Protocol, M extends keyof P> = z.output<P[M]['reply']>;
