import { randomUUID } from 'node:crypto';
import { GigascopeError } from '@gigascope/contracts';
import type { AuditRecord, BlobStore, Store } from '@gigascope/store';
import { finishDeletion } from './finish-deletion.ts';
import { removeBlobs } from './remove-blobs.ts';

interface Parts {
  readonly store: Store;
  readonly blobs: BlobStore;
}

const PAGE = 100;
const BY = { actorKind: 'system', actorId: 'retention', actorName: 'retention' } as const;
/** A slide that was held, signed off or submitted since it was listed stays. */
const STAYS: ReadonlySet<string> = new Set(['SLIDE_HELD', 'SLIDE_IN_USE', 'SLIDE_NOT_READY']);

/** Brings begun deletions to their end and lets go what laboratories no longer keep, unless another process is at it. */
export async function sweepRetention(parts: Parts, closing: AbortSignal): Promise<void> {
  await parts.store.retention.alone(async () => {
    for (const { id: tenantId } of await parts.store.tenants.list()) {
      if (closing.aborted) return;
      for (const id of await parts.store.deletions.open(tenantId)) await finishDeletion(parts, tenantId, id);
      await letGo(parts, tenantId, closing);
    }
  });
}

async function letGo(parts: Parts, tenantId: string, closing: AbortSignal): Promise<void> {
  const { store, blobs } = parts;
  const seen = new Set<string>();
  for (let fresh = true; fresh && !closing.aborted; ) {
    const { slides, analyses } = await store.retention.expired(tenantId, PAGE);
    fresh = false;
    for (const { id } of analyses.filter((each) => !seen.has(each.id))) {
      fresh = true;
      seen.add(id);
      await store.audit.append(tenantId, [entry('deleteAnalysis', 'analyses', id)]);
      await removeBlobs(blobs, await store.retention.analysisBlobs(tenantId, id));
      await store.retention.removeAnalysis(tenantId, id);
    }
    for (const { id } of slides.filter((each) => !seen.has(each.id))) {
      fresh = true;
      seen.add(id);
      await deleteSlide(parts, tenantId, id);
    }
  }
}

async function deleteSlide(parts: Parts, tenantId: string, id: string): Promise<void> {
  const { store } = parts;
  try {
    const asked = { by: BY.actorName, reason: 'its time is over', cancel: false, signed: false };
    if ((await store.deletions.begin(tenantId, id, asked)) === null) return;
    await store.audit.append(tenantId, [entry('deleteSlide', 'slides', id)]);
    await finishDeletion(parts, tenantId, id);
  } catch (error) {
    if (!(error instanceof GigascopeError && STAYS.has(error.code))) throw error;
  }
}

function entry(action: string, objectType: string, objectId: string): AuditRecord {
  return { ...BY, action, objectType, objectId, outcome: 'asked', requestId: randomUUID() };
}
