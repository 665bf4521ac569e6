import type { ErrorCode } from '@gigascope/contracts';
import type { Connection } from '../connection.ts';
import type { UploadRow } from '../rows.ts';

export interface NewUpload {
  readonly name: string;
  readonly expectedSha256: string | null;
  readonly sizeBytes: number | null;
}

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

  progress(tenantId: string, id: string, receivedBytes: number): Promise<void> {
    return this.#set(tenantId, id, { receivedBytes });
  }

  finish(tenantId: string, id: string, slideId: string, receivedBytes: number): Promise<void> {
    return this.#set(tenantId, id, { state: 'done', slideId, receivedBytes });
  }

  fail(tenantId: string, id: string, errorCode: ErrorCode): Promise<void> {
    return this.#set(tenantId, id, { state: 'failed', errorCode });
  }

  /** Closes what a process that was killed left open, and says how many; for the start of the only API process. */
  failOpen(tenantId: string): Promise<number> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      const query = tx
        .updateTable('uploads')
        .set({ state: 'failed', errorCode: 'CANCELED' satisfies ErrorCode })
        .where('tenantId', '=', tenantId)
        .where('state', '=', 'receiving');
      return Number((await query.executeTakeFirst()).numUpdatedRows);
    });
  }

  #set(
    tenantId: string,
    id: string,
    values: Partial<Pick<UploadRow, 'state' | 'slideId' | 'receivedBytes' | 'errorCode'>>,
  ): Promise<void> {
    return this.#connection.inTenant(tenantId, async (tx) => {
      await tx.updateTable('uploads').set(values).where('tenantId', '=', tenantId).where('id', '=', id).execute();
    });
  }
}
