import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { TombstoneRow } from '../rows.ts';
import { cancelAnalyses } from './cancel-analyses.ts';
import { isSigned } from './signed-reviews.ts';

export interface DeletionRequest {
  /** Who, in words. */
  readonly by: string;
  readonly reason: string;
  /** Cancels the analyses that are under way. */
  readonly cancel: boolean;
  /** Although a review was signed off. */
  readonly signed: boolean;
}

/**
 * Slides that go. A slide is first marked, with its tombstone, then its files are removed by the caller, then its rows: so a
 * process that dies in between leaves a slide that says what is to be done, and no file that no row names.
 */
export class Deletions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Marks a slide; one that is marked already stays as it is. From here on nothing of it is shown or analysed. null when the
   * laboratory has no such slide. Throws SLIDE_IN_USE, SLIDE_HELD or SLIDE_NOT_READY.
   */
  begin(tenantId: string, id: string, request: DeletionRequest): Promise<TombstoneRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const own = tx.selectFrom('slides').selectAll().where('tenantId', '=', tenantId).where('id', '=', id);
      const slide = await own.forUpdate().executeTakeFirst();
      if (slide === undefined) return null;
      if (slide.state === 'deleting') return await tombstone(tx, tenantId, id);
      if (slide.state !== 'ready' && slide.state !== 'rejected') throw new GigascopeError('SLIDE_NOT_READY');
      if (slide.legalHold) throw new GigascopeError('SLIDE_HELD', 'legal hold');
      if (!request.signed && (await hasSignedReview(tx, id))) throw new GigascopeError('SLIDE_HELD', 'a signed review');
      if (request.cancel) await cancelAnalyses(tx, tenantId, sql`slide_id = ${id}`);
      else if (await isInUse(tx, id)) throw new GigascopeError('SLIDE_IN_USE');
      const { sha256, sizeBytes } = slide;
      const { by: deletedBy, reason } = request;
      await tx.updateTable('slides').set({ state: 'deleting' }).where('id', '=', id).execute();
      await tx.insertInto('tombstones').values({ id, tenantId, sha256, sizeBytes, deletedBy, reason }).execute();
      return await tombstone(tx, tenantId, id);
    });
  }

  /** Slides that are marked and not gone. */
  open(tenantId: string): Promise<readonly string[]> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('tombstones').select('id').where('tenantId', '=', tenantId);
      return (await query.where('goneAt', 'is', null).orderBy('id').execute()).map(({ id }) => id);
    });
  }

  /** Blobs of a slide and of all its analyses. */
  blobKeys(tenantId: string, id: string): Promise<readonly string[]> {
    return this.#connection.inTenant(tenantId, (tx) => blobKeysOf(tx, tenantId, id));
  }

  /**
   * Removes the rows of a marked slide; its files are gone. Answers blobs that workers wrote in the meantime, which are the
   * caller's to delete.
   */
  async finish(tenantId: string, id: string): Promise<readonly string[]> {
    const keys = await this.blobKeys(tenantId, id);
    for (const analysisId of await this.#analyses(tenantId, id)) await this.#removeAnalysis(tenantId, analysisId);
    await this.#connection.inTenant(tenantId, async (tx) => {
      await passOnDuplicates(tx, tenantId, id);
      await tx.deleteFrom('analyses').where('tenantId', '=', tenantId).where('slideId', '=', id).execute();
      await tx.deleteFrom('slides').where('tenantId', '=', tenantId).where('id', '=', id).execute();
      const gone = sql<Date>`clock_timestamp()`;
      await tx
        .updateTable('tombstones')
        .set({ goneAt: gone })
        .where('tenantId', '=', tenantId)
        .where('id', '=', id)
        .execute();
    });
    return keys;
  }

  /** null when no slide of that id was deleted. */
  tombstone(tenantId: string, id: string): Promise<TombstoneRow | null> {
    return this.#connection.inTenant(tenantId, (tx) => tombstone(tx, tenantId, id));
  }

  #analyses(tenantId: string, slideId: string): Promise<readonly string[]> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('analyses').select('id').where('tenantId', '=', tenantId);
      return (await query.where('slideId', '=', slideId).execute()).map(({ id }) => id);
    });
  }

  /** Each in a transaction of its own: one may have a million outlines. */
  #removeAnalysis(tenantId: string, id: string): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await tx.deleteFrom('analyses').where('tenantId', '=', tenantId).where('id', '=', id).execute();
    });
  }
}

async function tombstone(tx: Tx, tenantId: string, id: string): Promise<TombstoneRow | null> {
  const query = tx.selectFrom('tombstones').selectAll().where('tenantId', '=', tenantId).where('id', '=', id);
  return (await query.executeTakeFirst()) ?? null;
}

async function isInUse(tx: Tx, slideId: string): Promise<boolean> {
  const open = tx.selectFrom('analyses').select('id').where('slideId', '=', slideId);
  return (await open.where('state', 'in', ['queued', 'running']).executeTakeFirst()) !== undefined;
}

async function hasSignedReview(tx: Tx, slideId: string): Promise<boolean> {
  const { rows } = await sql<{ signed: boolean }>`SELECT ${isSigned(sql`r.slide_id = ${slideId}`)} AS signed`.execute(
    tx,
  );
  return rows[0]?.signed === true;
}

async function blobKeysOf(tx: Tx, tenantId: string, id: string): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`
    WITH own AS (SELECT id FROM analyses WHERE tenant_id = ${tenantId} AND slide_id = ${id})
    SELECT blob_key AS key FROM slides WHERE tenant_id = ${tenantId} AND id = ${id}
    UNION SELECT thumbnail_key FROM slides WHERE tenant_id = ${tenantId} AND id = ${id} AND thumbnail_key IS NOT NULL
    UNION SELECT picture.value FROM slides, jsonb_each_text(quality -> 'pictures') AS picture
      WHERE slides.tenant_id = ${tenantId} AND slides.id = ${id} AND quality ? 'pictures'
    UNION SELECT blob_key FROM artifacts WHERE analysis_id IN (SELECT id FROM own)
    UNION SELECT blob_key FROM heatmaps WHERE analysis_id IN (SELECT id FROM own)
    UNION SELECT thumbnail_key FROM plans WHERE analysis_id IN (SELECT id FROM own)`.execute(tx);
  return rows.map(({ key }) => key);
}

/** Uploads of the same bytes from before this was noticed become slides by themselves: one of them, and the others its like. */
async function passOnDuplicates(tx: Tx, tenantId: string, id: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM slides WHERE tenant_id = ${tenantId} AND duplicate_of = ${id} ORDER BY id FOR UPDATE`.execute(tx);
  const first = rows[0]?.id;
  if (first === undefined) return;
  // 'rejected' frees its place among the slides that are unique by their hash.
  await sql`UPDATE slides SET state = 'rejected' WHERE id = ${id}`.execute(tx);
  await sql`UPDATE slides SET duplicate_of = ${first} WHERE duplicate_of = ${id} AND id <> ${first}`.execute(tx);
  await sql`UPDATE slides SET duplicate_of = NULL WHERE id = ${first}`.execute(tx);
}
