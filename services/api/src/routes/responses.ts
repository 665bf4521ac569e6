import { GigascopeError } from '@gigascope/contracts';
import { PROBLEM_MEDIA_TYPE, Problem } from '@gigascope/contracts/http';
import { z } from 'zod';

/** Every route's answer when something is wrong. */
export const problems = {
  default: { description: 'What went wrong, as RFC 9457 says', content: { [PROBLEM_MEDIA_TYPE]: { schema: Problem } } },
};

/** An answer, or a request's body, of bytes. */
export const Binary = z.any();

export function binary(description: string, mediaType: string) {
  return { description, content: { [mediaType]: { schema: Binary } } };
}

/** @throws GigascopeError NOT_FOUND, which also says nothing of what other laboratories have. */
export function found<T>(value: T | null, what: string): T {
  if (value === null) throw new GigascopeError('NOT_FOUND', `no such ${what}`);
  return value;
}

/** For what never changes under its address; kept by the browser alone, since it is a patient's. */
export const IMMUTABLE = 'private, max-age=31536000, immutable';
