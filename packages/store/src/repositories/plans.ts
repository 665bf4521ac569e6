import type { Connection } from '../connection.ts';
import type { PlanRow } from '../rows.ts';

/** What was decided about a slide before its blocks; needs the dispatcher role. */
export class Plans {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** null until the stage's task 'plan' is done. */
  get(analysisId: string, stage = 0): Promise<PlanRow | null> {
    return this.#connection.inNoTenant(async (tx) => {
      const query = tx.selectFrom('plans').select(['plan', 'tissueCells', 'thumbnailKey']);
      const row = await query.where('analysisId', '=', analysisId).where('stage', '=', stage).executeTakeFirst();
      return row === undefined ? null : { ...row, tissueCells: Uint8Array.from(row.tissueCells) };
    });
  }
}
