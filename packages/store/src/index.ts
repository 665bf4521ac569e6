export { type BackupOptions, backup } from './backup/backup.ts';
export { type RestoreOptions, restore } from './backup/restore.ts';
export type { BlobStore, ByteRange, PutOptions, StoredBlob } from './blobs/blob-store.ts';
export { openFileBlobs } from './blobs/file-blobs.ts';
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
export type { AnalysisListRequest, NewAnalysis } from './repositories/analyses.ts';
export type { NewApiKey } from './repositories/api-keys.ts';
export type { AuditQuery } from './repositories/audit.ts';
export type { Claim } from './repositories/claim-task.ts';
export type { FinishedAnalysis } from './repositories/complete-task.ts';
export { MAX_ATTEMPTS } from './repositories/fail-task.ts';
export type { DensityCell, FindingsRequest } from './repositories/findings.ts';
export type { Page, PageRequest } from './repositories/page.ts';
export type { NewSlide, SlideChange } from './repositories/slides.ts';
export type { NewUpload } from './repositories/uploads.ts';
export * from './rows.ts';
