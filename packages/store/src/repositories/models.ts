import type { BundleManifest } from '@gigascope/contracts';
import { type Connection, jsonValue } from '../connection.ts';
import type { ModelRow } from '../rows.ts';

/** The models of this installation, shared by its laboratories. */
export class Models {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Enters a bundle, or its new place when a bundle of that hash is known. `sha256` is the stamp's modelSha256. */
  register(manifest: BundleManifest, sha256: string, folder: string): Promise<ModelRow> {
    const { name, version } = manifest;
    return this.#connection.inNoTenant((tx) =>
      tx
        .insertInto('models')
        .values({ name, version, sha256, manifest: jsonValue(manifest), folder })
        .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ folder, manifest: jsonValue(manifest) }))
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
  }

  /** Newest first. */
  list(): Promise<readonly ModelRow[]> {
    return this.#connection.inNoTenant((tx) => tx.selectFrom('models').selectAll().orderBy('id', 'desc').execute());
  }

  get(id: string): Promise<ModelRow | null> {
    return this.#connection.inNoTenant(
      async (tx) => (await tx.selectFrom('models').selectAll().where('id', '=', id).executeTakeFirst()) ?? null,
    );
  }

  /** The model of that name that was registered last; null when there is none. */
  findByName(name: string): Promise<ModelRow | null> {
    return this.#connection.inNoTenant(async (tx) => {
      const query = tx.selectFrom('models').selectAll().where('name', '=', name).orderBy('id', 'desc').limit(1);
      return (await query.executeTakeFirst()) ?? null;
    });
  }
}
