import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { Lane } from '../rows.ts';

export interface InstallationFigures {
  /** Open tasks of all laboratories; what has none is absent. */
  readonly queue: readonly {
    readonly lane: Lane;
    readonly state: 'waiting' | 'queued' | 'running';
    readonly count: number;
  }[];
  /** null while nothing waits. */
  readonly oldestWaitingSeconds: number | null;
  readonly slideBytes: number;
  readonly resultBytes: number;
  readonly databaseBytes: number;
}

/** Figures of all laboratories together, for whoever runs the installation. */
export class InstallationStatus {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  figures(): Promise<InstallationFigures> {
    return this.#connection.inNoTenant(async (tx) => {
      const { rows } = await sql<{ figures: Omit<InstallationFigures, 'databaseBytes'>; bytes: string }>`
        SELECT system_figures() AS figures, pg_database_size(current_database())::text AS bytes`.execute(tx);
      const [row] = rows;
      if (row === undefined) throw new Error('a SELECT without FROM has one row');
      return { ...row.figures, databaseBytes: Number(row.bytes) };
    });
  }
}
