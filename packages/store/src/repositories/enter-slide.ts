import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { SlideRow, UploadRow } from '../rows.ts';

/** What an upload turned out to hold. */
export interface VerifiedSlide {
  /** Of the file; of a slide of several files that of its list of names and hashes. */
  readonly sha256: string;
  readonly blobKey: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
}

/** Beyond so many, further names of the same bytes are not kept. */
const MAX_OTHER_NAMES = 100;

/**
 * Enters an upload's slide as 'verified', or finds the one of the laboratory that has the same bytes and keeps the name
 * with it. Of two that do this at once one waits for the other and finds its slide.
 */
export async function enterSlide(
  tx: Tx,
  { tenantId, name, caseRef, patientRef, blockRef }: UploadRow,
  verified: VerifiedSlide,
): Promise<{ readonly slide: SlideRow; readonly isNew: boolean }> {
  const { sha256 } = verified;
  const entered = await tx
    .insertInto('slides')
    .values({ tenantId, name, ...verified, caseRef, patientRef, blockRef, state: 'verified' })
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
      // What was stated first stays.
      caseRef: sql`COALESCE(case_ref, ${caseRef})`,
      patientRef: sql`COALESCE(patient_ref, ${patientRef})`,
      blockRef: sql`COALESCE(block_ref, ${blockRef})`,
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
