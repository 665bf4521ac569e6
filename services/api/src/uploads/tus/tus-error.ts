import { type ErrorCode, GigascopeError } from '@gigascope/contracts';
import { ERRORS } from '@tus/server';

/** What @tus/server refuses by itself. Anything else is a fault of the request. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  410: 'UPLOAD_EXPIRED',
  412: 'UPLOAD_PROTOCOL',
  413: 'UPLOAD_TOO_LARGE',
  500: 'INTERNAL',
};

/** One of our errors for what @tus/server answers: a status and a line of text that holds none of the sender's. */
export function tusError(status: number, text: string): GigascopeError {
  // Another request of the same upload asked this one to end.
  if (text === ERRORS.ABORTED.body) return new GigascopeError('UPLOAD_LOCKED');
  return new GigascopeError(BY_STATUS[status] ?? 'ARGUMENT_INVALID', text.trim());
}
