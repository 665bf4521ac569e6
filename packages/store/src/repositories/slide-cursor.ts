import { GigascopeError } from '@gigascope/contracts';
import { z } from 'zod';

/** Where a page of slides ended. */
const Cursor = z.object({
  /** In which order; a cursor of one is worth nothing in another. */
  order: z.string(),
  key: z.union([z.string(), z.number()]).nullable(),
  id: z.uuid(),
});
type Cursor = z.infer<typeof Cursor>;

/** Opaque to whom it is given. */
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Throws ARGUMENT_INVALID for what `writeCursor` never wrote. */
export function readCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new GigascopeError('ARGUMENT_INVALID', 'the cursor is none of this list', { cause });
  }
}
