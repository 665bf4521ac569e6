import { Connection } from './connection.ts';
import { Listener } from './listener.ts';
import { AccessChanges } from './repositories/access-changes.ts';
import { Analyses } from './repositories/analyses.ts';
import { Annotations } from './repositories/annotations.ts';
import { ApiKeys } from './repositories/api-keys.ts';
import { Audit } from './repositories/audit.ts';
import { Batches } from './repositories/batches.ts';
import { Claims } from './repositories/claims.ts';
import { Deletions } from './repositories/deletions.ts';
import { Events } from './repositories/events.ts';
import { Findings } from './repositories/findings.ts';
import { Idempotency } from './repositories/idempotency.ts';
import { InstallationStatus } from './repositories/installation.ts';
import { Models } from './repositories/models.ts';
import { Plans } from './repositories/plans.ts';
import { ReaderStudies } from './repositories/reader-studies.ts';
import { Retention } from './repositories/retention.ts';
import { Reviews } from './repositories/reviews/reviews.ts';
import { Sessions } from './repositories/sessions.ts';
import { SlideChanges } from './repositories/slide-changes.ts';
import { Slides } from './repositories/slides.ts';
import { Tasks } from './repositories/tasks.ts';
import { Tenants } from './repositories/tenants.ts';
import { Uploads } from './repositories/uploads.ts';
import { Users } from './repositories/users.ts';
import { WebhookDeliveries } from './repositories/webhook-deliveries.ts';
import { Webhooks } from './repositories/webhooks.ts';
import { Workers } from './repositories/workers.ts';
import { Worklist } from './repositories/worklist.ts';
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
  readonly slideChanges: SlideChanges;
  readonly worklist: Worklist;
  readonly deletions: Deletions;
  readonly retention: Retention;
  readonly uploads: Uploads;
  readonly models: Models;
  readonly analyses: Analyses;
  readonly annotations: Annotations;
  readonly batches: Batches;
  readonly idempotency: Idempotency;
  readonly findings: Findings;
  readonly installation: InstallationStatus;
  readonly events: Events;
  readonly workers: Workers;
  readonly tenants: Tenants;
  readonly apiKeys: ApiKeys;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly accessChanges: AccessChanges;
  readonly audit: Audit;
  readonly reviews: Reviews;
  readonly claims: Claims;
  readonly readerStudies: ReaderStudies;
  readonly webhooks: Webhooks;
  readonly webhookDeliveries: WebhookDeliveries;
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
    slideChanges: new SlideChanges(listener),
    worklist: new Worklist(connection),
    deletions: new Deletions(connection),
    retention: new Retention(connection),
    uploads: new Uploads(connection),
    models: new Models(connection),
    analyses: new Analyses(connection),
    annotations: new Annotations(connection),
    batches: new Batches(connection),
    idempotency: new Idempotency(connection),
    findings: new Findings(connection),
    installation: new InstallationStatus(connection),
    events: new Events(connection, listener),
    workers: new Workers(connection),
    tenants: new Tenants(connection),
    apiKeys: new ApiKeys(connection),
    users: new Users(connection),
    sessions: new Sessions(connection),
    accessChanges: new AccessChanges(listener),
    audit: new Audit(connection),
    reviews: new Reviews(connection),
    claims: new Claims(connection),
    readerStudies: new ReaderStudies(connection),
    webhooks: new Webhooks(connection),
    webhookDeliveries: new WebhookDeliveries(connection),
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
