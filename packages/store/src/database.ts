import type { AnalysisResult, Block, Stamp } from '@gigascope/contracts';
import type { ColumnType, Generated } from 'kysely';
import type { ApiKeyRow, AuditRow, TenantRow, UserRow } from './access-rows.ts';
import type {
  AnalysisRow,
  ArtifactRow,
  EventRow,
  ModelRow,
  ResultRow,
  RetentionRow,
  SlideRow,
  StoredPlan,
  TaskKind,
  TombstoneRow,
  UploadRow,
  WorkerRow,
} from './rows.ts';
import type { WebhookDeliveryRow, WebhookRow } from './webhook-rows.ts';

/** A column that is read as T and written as JSON text (jsonColumn). */
type Json<T> = ColumnType<T, T, T>;
type Made<Row, Key extends keyof Row> = { [K in Key]: Generated<Row[K]> } & Omit<Row, Key>;

interface AnalysisTable
  extends Omit<
    AnalysisRow,
    'modelName' | 'modelVersion' | 'slideSha256' | 'modelSha256' | 'score' | 'scoreMeaning' | 'positive' | 'stamp'
  > {
  readonly stamp: Json<Stamp> | null;
  readonly result: Json<AnalysisResult> | null;
  readonly progressAt: Date | null;
}

interface TaskTable {
  readonly id: string;
  readonly tenantId: string;
  readonly analysisId: string;
  readonly kind: TaskKind;
  readonly stage: number;
  readonly block: Block | null;
  readonly blockIndex: number | null;
  readonly state: 'waiting' | 'queued' | 'running' | 'done';
  readonly attempt: number;
  readonly failures: number;
  readonly leaseUntil: Date | null;
  readonly workerId: string | null;
  readonly output: Buffer | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
}

interface LesionTable {
  readonly analysisId: string;
  readonly rank: number;
  readonly tenantId: string;
  readonly xL0: number;
  readonly yL0: number;
  readonly probability: number;
  readonly diameterUm: number;
  readonly diameterUncertaintyUm: number;
  readonly areaUm2: number;
  readonly sizeClass: ResultRow['lesions'][number]['sizeClass'];
}

/** The tables of migrations/ as Kysely sees them; columns are snake_case in SQL and camelCase here. */
export interface Database {
  readonly tenants: Made<TenantRow, 'id' | 'claim' | 'createdAt'>;
  readonly apiKeys: Made<ApiKeyRow, 'id' | 'createdAt' | 'usedAt' | 'revokedAt'> & { readonly hash: Buffer };
  readonly users: Made<UserRow, 'id' | 'createdAt' | 'disabledAt'>;
  readonly sessions: {
    readonly id: Generated<string>;
    readonly tenantId: string | null;
    readonly hash: Buffer;
    readonly userId: string | null;
    readonly apiKeyId: string | null;
    readonly expiresAt: Date;
  };
  readonly auditEntries: AuditRow & { readonly chain: string };
  readonly slides: Made<
    SlideRow & { readonly duplicateOf: string | null },
    | 'id'
    | 'otherNames'
    | 'state'
    | 'createdAt'
    | 'errorCode'
    | 'errorDetail'
    | 'metadata'
    | 'thumbnailKey'
    | 'fileCount'
    | 'quality'
    | 'caseRef'
    | 'patientRef'
    | 'blockRef'
    | 'mppX'
    | 'mppY'
    | 'legalHold'
    | 'version'
    | 'duplicateOf'
  >;
  readonly tombstones: Made<TombstoneRow, 'deletedAt' | 'goneAt'>;
  readonly retentionPolicies: RetentionRow & { readonly tenantId: string };
  readonly uploads: { [K in keyof UploadRow]: K extends 'tenantId' | 'name' ? UploadRow[K] : Generated<UploadRow[K]> };
  readonly models: Made<ModelRow, 'id' | 'createdAt'>;
  readonly analyses: AnalysisTable;
  readonly plans: {
    readonly analysisId: string;
    readonly stage: number;
    readonly tenantId: string;
    readonly plan: Json<StoredPlan>;
    readonly tissueCells: Buffer;
    readonly thumbnailKey: string;
  };
  readonly tasks: TaskTable;
  readonly workers: Made<WorkerRow, 'seenAt'>;
  readonly events: EventRow & { readonly tenantId: string };
  readonly heatmaps: {
    readonly analysisId: string;
    readonly tenantId: string;
    readonly columns: number;
    readonly rows: number;
    readonly blobKey: string;
  };
  readonly artifacts: ArtifactRow & { readonly analysisId: string; readonly tenantId: string };
  readonly lesions: LesionTable;
  readonly scores: {
    readonly analysisId: string;
    readonly tenantId: string;
    readonly score: number | null;
    readonly meaning: AnalysisResult['scoreMeaning'];
    readonly threshold: number;
    readonly positive: boolean | null;
  };
  readonly webhooks: Made<
    WebhookRow,
    'id' | 'createdAt' | 'disabledAt' | 'disabledReason' | 'failingSince' | 'pausedUntil'
  > & { readonly secret: string };
  readonly webhookDeliveries: WebhookDeliveryRow & { readonly failures: number; readonly firstFailedAt: Date | null };
}
