import { type ErrorCode, GigascopeError, type SlideMetadata, type SlideQuality } from '@gigascope/contracts';
import { type Connection, jsonValue } from '../connection.ts';
import type { ListedSlide, SlideRow, SlideState } from '../rows.ts';
import { listSlides, type SlideListRequest } from './list-slides.ts';
import type { Page } from './page.ts';

export interface NewSlide {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly blobKey: string;
}

/** What is learned of a slide as its state changes; fields that are left out stay as they are. */
export interface SlideChange {
  readonly metadata?: SlideMetadata;
  readonly thumbnailKey?: string;
  readonly errorCode?: ErrorCode;
  readonly errorDetail?: string;
}

/** What people state of a slide; fields that are left out stay as they are. */
export type SlideEdit = Partial<
  Pick<SlideRow, 'name' | 'caseRef' | 'patientRef' | 'blockRef' | 'mppX' | 'mppY' | 'legalHold'>
>;

/** The slides of a laboratory. */
export class Slides {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create(tenantId: string, slide: NewSlide): Promise<SlideRow> {
    return this.#connection.inTenant(tenantId, (tx) =>
      tx
        .insertInto('slides')
        .values({ ...slide, tenantId })
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
  }

  /** null when the laboratory has no such slide. */
  get(tenantId: string, id: string): Promise<SlideRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('slides').selectAll().where('tenantId', '=', tenantId).where('id', '=', id);
      return (await query.executeTakeFirst()) ?? null;
    });
  }

  /** Newest first where no order is asked for. Throws ARGUMENT_INVALID for a cursor of another order. */
  list(tenantId: string, request: SlideListRequest): Promise<Page<ListedSlide>> {
    return this.#connection.inTenant(tenantId, (tx) => listSlides(tx, tenantId, request));
  }

  /**
   * Changes what people state of a slide; with `expectedVersion` only that version. null when the laboratory has no such
   * slide, or it is being deleted. Throws EDIT_CONFLICT.
   */
  edit(tenantId: string, id: string, edit: SlideEdit, expectedVersion: number | null): Promise<SlideRow | null> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const own = tx.selectFrom('slides').select('version').where('tenantId', '=', tenantId).where('id', '=', id);
      const found = await own.where('state', '<>', 'deleting').forUpdate().executeTakeFirst();
      if (found === undefined) return null;
      if (expectedVersion !== null && expectedVersion !== found.version) throw new GigascopeError('EDIT_CONFLICT');
      return await tx
        .updateTable('slides')
        .set({ ...edit, version: found.version + 1 })
        .where('tenantId', '=', tenantId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
    });
  }

  /** null when the laboratory has no such slide. */
  setState(tenantId: string, id: string, state: SlideState, change: SlideChange = {}): Promise<SlideRow | null> {
    const { metadata, ...rest } = change;
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx
        .updateTable('slides')
        .set({ ...rest, state, ...(metadata === undefined ? {} : { metadata: jsonValue(metadata) }) })
        .where('tenantId', '=', tenantId)
        .where('id', '=', id)
        .returningAll();
      return (await query.executeTakeFirst()) ?? null;
    });
  }

  /** Ready slides that were not measured yet, oldest first. */
  withoutQuality(tenantId: string): Promise<readonly string[]> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx.selectFrom('slides').select('id').where('tenantId', '=', tenantId).where('state', '=', 'ready');
      return (await query.where('quality', 'is', null).orderBy('id').execute()).map(({ id }) => id);
    });
  }

  /** Keeps what was measured; false when the slide is gone, going, or measured already. */
  setQuality(tenantId: string, id: string, quality: SlideQuality): Promise<boolean> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx
        .updateTable('slides')
        .set({ quality: jsonValue(quality) })
        .where('tenantId', '=', tenantId);
      const set = query.where('id', '=', id).where('state', '=', 'ready').where('quality', 'is', null);
      return (await set.returning('id').executeTakeFirst()) !== undefined;
    });
  }

  /** Forgets a slide that was never accepted; its blob is the caller's to delete. Fails once it has analyses. */
  remove(tenantId: string, id: string): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await tx.deleteFrom('slides').where('tenantId', '=', tenantId).where('id', '=', id).execute();
    });
  }
}
