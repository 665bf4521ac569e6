import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { SlideRow, UploadRow } from '../rows.ts';

/** Beyond so many, further names of the same bytes are not kept. */
const MAX_OTHER_NAMES = 100;

/**
 * Enters an upload's slide as 'verified', or finds the one of the laboratory that has the same bytes and keeps the name
 * with it. Of two that do this at once one waits for the other and finds its slide.
 */
export async function enterSlide(
  tx: Tx,
  { tenantId, name, blobKey, receivedBytes }: UploadRow,
  sha256: string,
): Promise<{ readonly slide: SlideRow; readonly isNew: boolean }> {
  if (blobKey === null) throw new GigascopeError('FILE_NOT_FOUND');
  const entered = await tx
    .insertInto('slides')
    .values({ tenantId, name, sizeBytes: receivedBytes, sha256, blobKey, state: 'verified' })
    .onConflict((conflict) =>
      conflict
        .columns(['tenantId', 'sha256'])
        .where(sql<boolean>`state IN ('received', 'verified', 'ready') AND duplicate_of IS NULL`)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  if (entered !== undefined) return { slide: entered, isNew: true };
  const slide = await tx
    .updateTable('slides')
    .set({
      otherNames: sql`CASE WHEN name = ${name} OR ${name} = ANY(other_names) OR cardinality(other_names) >= ${MAX_OTHER_NAMES}
        THEN other_names ELSE other_names || ${name}::text END`,
    })
    .where('tenantId', '=', tenantId)
    .where('sha256', '=', sha256)
    .where('state', 'in', ['received', 'verified', 'ready'])
    .where('duplicateOf', 'is', null)
    .returningAll()
    .executeTakeFirst();
  // It was refused or removed this very moment.
  if (slide === undefined) throw new GigascopeError('BUSY');
  return { slide, isNew: false };
}
