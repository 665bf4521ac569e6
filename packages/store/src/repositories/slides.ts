import type { ErrorCode, SlideMetadata } from '@gigascope/contracts';
import { type Connection, jsonValue } from '../connection.ts';
import type { SlideRow, SlideState } from '../rows.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';

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

  /** Newest first. */
  list(tenantId: string, request: PageRequest): Promise<Page<SlideRow>> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      let query = tx.selectFrom('slides').selectAll().where('tenantId', '=', tenantId);
      if (request.cursor !== undefined) query = query.where('id', '<', request.cursor);
      return pageOf(
        await query
          .orderBy('id', 'desc')
          .limit(request.limit + 1)
          .execute(),
        request.limit,
      );
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

  /** Forgets a slide that was never accepted; its blob is the caller's to delete. Fails once it has analyses. */
  remove(tenantId: string, id: string): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await tx.deleteFrom('slides').where('tenantId', '=', tenantId).where('id', '=', id).execute();
    });
  }
}
