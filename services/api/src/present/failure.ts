import { ERRORS, type ErrorCode } from '@gigascope/contracts';
import type { Failure } from '@gigascope/contracts/http';

/** What of a stored error a person is shown; details of the server's own faults stay in the log. */
export function presentFailure(code: string | null, detail: string | null): Failure | null {
  if (code === null) return null;
  const known = code in ERRORS ? ERRORS[code as ErrorCode] : ERRORS.INTERNAL;
  return { code, title: known.title, detail: known.status < 500 ? detail : null };
}
