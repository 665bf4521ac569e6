import type { ErrorCode, SlideMetadata } from '@gigascope/contracts';
import { sql } from 'kysely';
import { type Connection, jsonValue, type Tx } from '../connection.ts';
import type { SlideRow, UploadRow } from '../rows.ts';
import { enterSlide, type VerifiedSlide } from './enter-slide.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';

/** How an upload begins; fields that are left out are null, the protocol 'single'. */
export type NewUpload = Pick<UploadRow, 'name' | 'expectedSha256' | 'sizeBytes'> &
  Partial<Pick<UploadRow, 'protocol' | 'blobKey' | 'expiresAt' | 'caseRef' | 'patientRef' | 'blockRef'>>;

/** What changes while bytes arrive. */
export type UploadProgress = Partial<Pick<UploadRow, 'receivedBytes' | 'expiresAt' | 'unverifiedFrom'>>;

export interface UploadFailure {
  readonly errorCode: ErrorCode;
  readonly errorDetail?: string | undefined;
}

const OPEN = ['receiving', 'received', 'verified'] as const;

/** Uploads under way and how they ended. */
export class Uploads {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create(tenantId: string, upload: NewUpload): Promise<UploadRow> {
    return this.#connection.inTenant(tenantId, (tx) =>
      tx
        .insertInto('uploads')
        .values({ ...upload, tenantId })
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
  }

  /** null when the laboratory has no such upload. */
  get(tenantId: string, id: string): Promise<UploadRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('uploads').selectAll().where('tenantId', '=', tenantId).where('id', '=', id);
      return (await query.executeTakeFirst()) ?? null;
    });
  }

  /** Newest first. */
  list(tenantId: string, { limit, cursor }: PageRequest): Promise<Page<UploadRow>> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      let query = tx.selectFrom('uploads').selectAll().where('tenantId', '=', tenantId);
      if (cursor !== undefined) query = query.where('id', '<', cursor);
      const rows = await query
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit);
    });
  }

  /** Those that have not ended, oldest first. */
  open(tenantId: string): Promise<readonly UploadRow[]> {
    return this.#connection.inTenant(tenantId, (tx) =>
      tx
        .selectFrom('uploads')
        .selectAll()
        .where('tenantId', '=', tenantId)
        .where('state', 'in', OPEN)
        .orderBy('id')
        .execute(),
    );
  }

  async progress(tenantId: string, id: string, values: UploadProgress): Promise<void> {
    await this.#connection.inTenant(tenantId, (tx) => set(tx, tenantId, id, values, ['receiving']));
  }

  /** All bytes are on the disk. null when that was said before, or the upload has ended. */
  complete(tenantId: string, id: string, receivedBytes: number): Promise<UploadRow | null> {
    return this.#connection.inTenant(tenantId, (tx) =>
      set(tx, tenantId, id, { state: 'received', receivedBytes, unverifiedFrom: null }, ['receiving']),
    );
  }

  /** The bytes are those that the sender named: they become a slide, or are the one that the laboratory has already. */
  verify(
    upload: UploadRow,
    sha256: string,
    verified: VerifiedSlide,
  ): Promise<{ readonly slide: SlideRow; readonly isNew: boolean }> {
    const { tenantId, id } = upload;
    return this.#connection.inTenant(tenantId, async (tx) => {
      const entered = await enterSlide(tx, upload, verified);
      const slideId = entered.isNew || entered.slide.state === 'ready' ? entered.slide.id : null;
      const state = entered.isNew ? 'verified' : slideId === null ? 'received' : 'ready';
      await set(tx, tenantId, id, { state, sha256, slideId }, ['received', 'verified']);
      return entered;
    });
  }

  /** The slide was opened and decoded. null when upload or slide are gone. */
  ready(
    { tenantId, id }: UploadRow,
    slideId: string,
    { metadata, thumbnailKey }: { readonly metadata: SlideMetadata; readonly thumbnailKey: string },
  ): Promise<SlideRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      if ((await set(tx, tenantId, id, { state: 'ready', slideId }, ['verified'])) === null) return null;
      const query = tx
        .updateTable('slides')
        .set({ state: 'ready', metadata: jsonValue(metadata), thumbnailKey })
        .where('tenantId', '=', tenantId)
        .where('id', '=', slideId);
      return (await query.returningAll().executeTakeFirst()) ?? null;
    });
  }

  /** Something is wrong with the file: upload and slide stay and say what. */
  reject({ tenantId, id }: UploadRow, { errorCode, errorDetail = undefined }: UploadFailure): Promise<void> {
    const error = { errorCode, errorDetail: errorDetail ?? null };
    return this.#connection.inTenant(tenantId, async (tx) => {
      const row = await set(tx, tenantId, id, { ...error, state: 'rejected' }, OPEN);
      if (row?.slideId == null) return;
      const query = tx.updateTable('slides').set({ ...error, state: 'rejected' });
      await query.where('tenantId', '=', tenantId).where('id', '=', row.slideId).execute();
    });
  }

  /** It came to nothing by no fault of the file: no slide of it stays. Does nothing to an upload that has ended. */
  fail({ tenantId, id }: Pick<UploadRow, 'tenantId' | 'id'>, errorCode: ErrorCode): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const before = await tx
        .selectFrom('uploads')
        .select('slideId')
        .where('tenantId', '=', tenantId)
        .where('id', '=', id)
        .where('state', 'in', OPEN)
        .executeTakeFirst();
      await set(tx, tenantId, id, { state: 'failed', errorCode, slideId: null }, OPEN);
      if (before?.slideId == null) return;
      const slide = tx.deleteFrom('slides').where('tenantId', '=', tenantId).where('id', '=', before.slideId);
      await slide.where('state', '=', 'verified').execute();
    });
  }
}

/** Changes an upload that is in one of these states; null when there is none. */
async function set(
  tx: Tx,
  tenantId: string,
  id: string,
  values: Partial<Omit<UploadRow, 'id' | 'tenantId' | 'createdAt'>>,
  states: readonly UploadRow['state'][],
): Promise<UploadRow | null> {
  const query = tx
    .updateTable('uploads')
    .set(values)
    .where('tenantId', '=', tenantId)
    .where('id', '=', id)
    .where(sql<boolean>`state = ANY(${states})`);
  return (await query.returningAll().executeTakeFirst()) ?? null;
}
