import { GigascopeError } from '@gigascope/contracts';
import { z } from 'zod';

export const EditHeaders = z.looseObject({
  /** The ETag of the review that the edit was made to. */
  'if-match': z
    .string()
    .max(1000)
    .optional()
    .meta({ examples: ['"3"'] }),
});

const STRONG_TAG = /(?<!W\/)"(\d{1,9})"/g;

/**
 * The versions that If-Match names. `*` names none: an edit made to whatever is there would write over what its author
 * never saw.
 * @throws GigascopeError EDIT_UNCONDITIONAL.
 */
export function versionsOf({ 'if-match': text }: z.infer<typeof EditHeaders>): readonly number[] {
  if (text === undefined || text.trim() === '*') throw new GigascopeError('EDIT_UNCONDITIONAL');
  return [...text.matchAll(STRONG_TAG)].map(([, version]) => Number(version));
}

export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}
