import type {
  AnalysisParameters,
  AnalysisPlan,
  AnalysisResult,
  Block,
  BundleManifest,
  Lesion,
  SlideMetadata,
  SlideQuality,
  Stamp,
} from '@gigascope/contracts';

/** The laboratory of an installation that knows only one; made by the first migration. */
export const DEFAULT_TENANT_ID = '00000000-0000-7000-8000-000000000001';

export type SlideState = 'received' | 'verified' | 'ready' | 'rejected' | 'deleting';

export interface SlideRow {
  readonly id: string;
  readonly tenantId: string;
  /** As the person named it; never a path. */
  readonly name: string;
  /** Under which the same bytes came again. */
  readonly otherNames: readonly string[];
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly state: SlideState;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly blobKey: string;
  readonly metadata: SlideMetadata | null;
  readonly thumbnailKey: string | null;
  /** More than 1: the blob lies among its companions in a folder that is all theirs. */
  readonly fileCount: number;
  /** null until it was measured. */
  readonly quality: SlideQuality | null;
  /** References of the laboratory's own system, opaque here; the patient's is a pseudonym. */
  readonly caseRef: string | null;
  readonly patientRef: string | null;
  readonly blockRef: string | null;
  /** µm per level-0 pixel, stated in place of what the file says; both or none. */
  readonly mppX: number | null;
  readonly mppY: number | null;
  readonly legalHold: boolean;
  /** Counts what people changed. */
  readonly version: number;
  readonly createdAt: Date;
}

/** A slide in a list that was asked to score. */
export interface ListedSlide extends SlideRow {
  /** Of the newest succeeded analysis by that model; undefined where no model was named. */
  readonly score?: number | null;
}

/** What stays of a deleted slide. */
export interface TombstoneRow {
  readonly id: string;
  readonly tenantId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly deletedAt: Date;
  readonly deletedBy: string;
  readonly reason: string;
  /** null while files are still being removed. */
  readonly goneAt: Date | null;
}

/** Days after which a laboratory lets go; null: never. */
export interface RetentionRow {
  readonly readyDays: number | null;
  readonly rejectedDays: number | null;
  readonly resultDays: number | null;
}

export interface UploadRow {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly expectedSha256: string | null;
  /** As announced; null when the sender did not say. */
  readonly sizeBytes: number | null;
  readonly receivedBytes: number;
  readonly state: 'receiving' | 'received' | 'verified' | 'ready' | 'rejected' | 'failed';
  /** 'single': one request, which cannot be resumed. */
  readonly protocol: 'single' | 'tus';
  /** Of the blob that it becomes; its draft has it too. null of uploads from before there were drafts. */
  readonly blobKey: string | null;
  /** Of what was received; null before it was hashed. */
  readonly sha256: string | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly slideId: string | null;
  readonly expiresAt: Date | null;
  /** Where a piece began whose checksum was not compared yet. */
  readonly unverifiedFrom: number | null;
  /** The laboratory's own references. */
  readonly caseRef: string | null;
  readonly patientRef: string | null;
  readonly blockRef: string | null;
  readonly createdAt: Date;
}

export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly manifest: BundleManifest;
  readonly folder: string;
  readonly createdAt: Date;
}

/** Work is served lane by lane in this order. */
export type Lane = 'stat' | 'routine' | 'research';
export type AnalysisState = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';

/** One analysis as lists show it; its result is read apart, because it is large. */
export interface AnalysisRow {
  readonly id: string;
  readonly tenantId: string;
  readonly slideId: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly parameters: AnalysisParameters;
  readonly state: AnalysisState;
  readonly lane: Lane;
  /** 0 to 100; the larger is served first within a lane. */
  readonly priority: number;
  readonly deadline: Date | null;
  readonly batchId: string | null;
  /** The analysis that it repeats. */
  readonly rerunOf: string | null;
  readonly slideSha256: string;
  readonly modelSha256: string;
  /** null until it succeeded. */
  readonly stamp: Stamp | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  /** 0 until the slide is planned. */
  readonly blocksTotal: number;
  readonly blocksDone: number;
  readonly cellsTotal: number;
  readonly cellsDone: number;
  /** Sequence of its newest event. */
  readonly eventSeq: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  /** When it was planned; null before. */
  readonly blocksStartedAt: Date | null;
  readonly finishedAt: Date | null;
  /** By `scoreMeaning`; null until it succeeded and where there is none. */
  readonly score: number | null;
  readonly scoreMeaning: AnalysisResult['scoreMeaning'] | null;
  readonly positive: boolean | null;
}

/** Where a queued analysis stands. */
export interface QueuePlace {
  /** How many of all laboratories are served before it. */
  readonly position: number;
  /** Until it is done, estimated from how fast analyses ended lately; null when none did. */
  readonly etaSeconds: number | null;
}

/** Analyses that were asked for together, counted by state. */
export interface BatchRow extends Readonly<Record<AnalysisState, number>> {
  readonly id: string;
  readonly name: string | null;
  readonly total: number;
  /** Share of the work that is over, 0 … 1. */
  readonly progress: number;
  readonly createdAt: Date;
  /** null while any is open. */
  readonly finishedAt: Date | null;
}

/** An AnalysisPlan without its bytes, which are kept beside it. */
export type StoredPlan = Omit<AnalysisPlan, 'tissueCells' | 'thumbnail'>;

export interface PlanRow {
  readonly plan: StoredPlan;
  readonly tissueCells: Uint8Array<ArrayBuffer>;
  readonly thumbnailKey: string;
}

export type TaskKind = 'plan' | 'block' | 'finish';

/** Fences writes: a result is stored only under the attempt that computed it. */
export interface TaskAttempt {
  readonly taskId: string;
  readonly attempt: number;
}

export interface ClaimedTask extends TaskAttempt {
  readonly kind: TaskKind;
  /** Of the bundle, from 0. */
  readonly stage: number;
  /** Of kind 'block' only. */
  readonly block: Block | null;
  readonly failures: number;
  readonly analysis: {
    readonly id: string;
    readonly tenantId: string;
    readonly lane: Lane;
    readonly deadline: Date | null;
    readonly parameters: AnalysisParameters;
    readonly blocksTotal: number;
    readonly cellsTotal: number;
  };
  readonly slide: SlideRow;
  readonly model: ModelRow;
}

export type EventKind =
  | 'queued'
  | 'started'
  | 'planned'
  | 'progress'
  | 'retrying'
  | 'succeeded'
  | 'failed'
  | 'canceled';

/** Something that happened to an analysis. `seq` counts from 1 without gaps, in the order of commits. */
export interface EventRow {
  readonly analysisId: string;
  readonly seq: number;
  readonly kind: EventKind;
  readonly data: EventData;
  readonly at: Date;
}

export interface EventData {
  readonly state: AnalysisState;
  readonly blocksDone: number;
  readonly blocksTotal: number;
  readonly cellsDone: number;
  readonly cellsTotal: number;
  /** Of 'failed' and 'retrying'. */
  readonly code?: string;
}

export interface ResultRow {
  readonly result: AnalysisResult;
  readonly lesions: readonly Lesion[];
  readonly score: number | null;
  readonly positive: boolean | null;
  /** Blob of the float32 .npy; null where the model's task makes no heatmap. */
  readonly heatmapKey: string | null;
}

/** A file that an analysis left; names and media types are OUTPUT_FILES of the contracts. */
export interface ArtifactRow {
  readonly name: string;
  readonly blobKey: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** How many tasks it runs at once. */
  readonly capacity: number;
  readonly seenAt: Date;
}
