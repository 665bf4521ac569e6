import type { FinishInput, OutputFile } from '@gigascope/analysis';
import type { AnalysisResult, ErrorCode } from '@gigascope/contracts';

export interface FinishReply {
  readonly result: AnalysisResult;
  readonly files: readonly OutputFile[];
}

export type FinishMessage =
  | FinishReply
  | { readonly error: { readonly code: ErrorCode; readonly detail: string | undefined } };

export type { FinishInput };
