import { Connection } from './connection.ts';
import { Listener } from './listener.ts';
import { Analyses } from './repositories/analyses.ts';
import { ApiKeys } from './repositories/api-keys.ts';
import { Audit } from './repositories/audit.ts';
import { Events } from './repositories/events.ts';
import { Findings } from './repositories/findings.ts';
import { Models } from './repositories/models.ts';
import { Plans } from './repositories/plans.ts';
import { Slides } from './repositories/slides.ts';
import { Tasks } from './repositories/tasks.ts';
import { Tenants } from './repositories/tenants.ts';
import { Uploads } from './repositories/uploads.ts';
import { Workers } from './repositories/workers.ts';
import type { TaskAttempt } from './rows.ts';

export type StoreRole = 'app' | 'dispatcher';

export interface StoreOptions {
  /** The `appUrl` or `dispatcherUrl` of `migrate`. */
  readonly databaseUrl: string;
  readonly role: StoreRole;
  /** Of the pool; one more is used once something is subscribed to. See CONNECTIONS for what a process may take. */
  readonly maxConnections: number;
  /** Told of every result that was refused because its attempt was no longer current. */
  readonly onStale?: (attempt: TaskAttempt) => void;
}

/** Everything that Postgres keeps, by aggregate. All methods throw GigascopeErrors only. */
export interface Store extends AsyncDisposable {
  readonly slides: Slides;
  readonly uploads: Uploads;
  readonly models: Models;
  readonly analyses: Analyses;
  readonly findings: Findings;
  readonly events: Events;
  readonly workers: Workers;
  readonly tenants: Tenants;
  readonly apiKeys: ApiKeys;
  readonly audit: Audit;
  /** Role 'dispatcher' only, as is `plans`. */
  readonly tasks: Tasks;
  readonly plans: Plans;
  /** Throws DATABASE_UNAVAILABLE when Postgres does not answer; for readiness. */
  ping(): Promise<void>;
  /** For the dispatcher, which is part of this package. */
  readonly connection: Connection;
  readonly listener: Listener;
}

/** Opens a pool on the migrated database; nothing is connected before the first call. */
export function openStore({ databaseUrl, role, maxConnections, onStale = () => {} }: StoreOptions): Store {
  const applicationName = `gigascope ${role}`;
  const connection = new Connection({ databaseUrl, maxConnections, applicationName });
  const listener = new Listener(connection);
  return {
    slides: new Slides(connection),
    uploads: new Uploads(connection),
    models: new Models(connection),
    analyses: new Analyses(connection),
    findings: new Findings(connection),
    events: new Events(connection, listener),
    workers: new Workers(connection),
    tenants: new Tenants(connection),
    apiKeys: new ApiKeys(connection),
    audit: new Audit(connection),
    tasks: new Tasks(connection, onStale),
    plans: new Plans(connection),
    connection,
    listener,
    ping: () => connection.inNoTenant(async (tx) => void (await tx.selectNoFrom((x) => x.lit(1).as('one')).execute())),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await connection[Symbol.asyncDispose]();
    },
  };
}
