export * from './access-rows.ts';
export type { AnnotationSetRow, EvaluatedSlideRow } from './annotation-rows.ts';
export { hashSecret, isApiKey, type MintedKey, mintKey } from './api-key-secret.ts';
export { type BackupOptions, backup } from './backup/backup.ts';
export { type RestoreOptions, restore } from './backup/restore.ts';
export type { PieceChecksum } from './blobs/blob-drafts.ts';
export type { BlobStore, ByteRange, StoredBlob } from './blobs/blob-store.ts';
export { openFileBlobs } from './blobs/file-blobs.ts';
export type { PutOptions } from './blobs/put-options.ts';
export { CONNECTIONS } from './connections.ts';
export {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
  type DispatcherReport,
} from './dispatcher/dispatcher.ts';
export { type EmbeddedOptions, type EmbeddedPostgres, type StopMode, startEmbeddedPostgres } from './embedded/start.ts';
export { type MigrateOptions, migrate, type RoleUrls } from './migrate.ts';
export { openStore, type Store, type StoreOptions, type StoreRole } from './open-store.ts';
export { probeEmbeddedPostgres, probePostgres, probeRedis } from './probe-services.ts';
export { openQueue, type QueueOptions } from './queue/open-queue.ts';
export type { ProcessOptions, QueueCounts, TaskConsumer, TaskHandler, TaskQueue } from './queue/task-queue.ts';
export type { AnalysisListRequest } from './repositories/analyses.ts';
export type { NewApiKey } from './repositories/api-keys.ts';
export type { AuditFilter, AuditQuery } from './repositories/audit.ts';
export type { NewBatch } from './repositories/batches.ts';
export type { Claim } from './repositories/claim-task.ts';
export type { FinishedAnalysis } from './repositories/complete-task.ts';
export type { NewAnalysis } from './repositories/enter-analyses.ts';
export type { VerifiedSlide } from './repositories/enter-slide.ts';
export { MAX_ATTEMPTS } from './repositories/fail-task.ts';
export type { SlideReference } from './repositories/find-references.ts';
export type { DensityCell, FindingsRequest } from './repositories/findings.ts';
export type { BegunRequest, StoredAnswer } from './repositories/idempotency.ts';
export type { SlideListRequest } from './repositories/list-slides.ts';
export type { Page, PageRequest } from './repositories/page.ts';
export type { Expired } from './repositories/retention.ts';
export type { AttentionPeriod } from './repositories/reviews/attend.ts';
export type { NewSession } from './repositories/sessions.ts';
export type { DeliveryVerdict } from './repositories/settle-delivery.ts';
export type { NewSlide, SlideChange, SlideEdit } from './repositories/slides.ts';
export type { NewUpload } from './repositories/uploads.ts';
export type { Person, UserChange } from './repositories/users.ts';
export type { WorklistPage, WorklistRow } from './repositories/worklist.ts';
export * from './review-rows.ts';
export * from './rows.ts';
export * from './webhook-rows.ts';
export { DeliveryLoop, type DeliveryLoopOptions } from './webhooks/delivery-loop.ts';
