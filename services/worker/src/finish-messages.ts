import type { Findings, FinishInput } from '@gigascope/analysis';
import type { ErrorCode } from '@gigascope/contracts';

export interface FinishRequest {
  /** Exists and is empty. */
  readonly folder: string;
  readonly input: FinishInput;
}

export type FinishMessage =
  | Findings
  | { readonly error: { readonly code: ErrorCode; readonly detail: string | undefined } };
