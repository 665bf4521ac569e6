import { type Lane, MAX_BATCH } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { asOwner } from './postgres.ts';
import type { RunningApi } from './running-api.ts';
import { manifest } from './store-samples.ts';

/** Enters slides that are ready and that nobody reads, named slide-1.svs and so on; answers their ids in that order. */
export async function enterSlides(ownerUrl: string, count: number, tenantId = DEFAULT_TENANT_ID): Promise<string[]> {
  const rows = await asOwner<{ id: string }>(
    ownerUrl,
    `INSERT INTO slides (tenant_id, name, size_bytes, sha256, blob_key, state)
     SELECT $2::uuid, 'slide-' || n || '.svs', 1, encode(sha256(convert_to($2::uuid::text || n, 'UTF8')), 'hex'), 'none', 'ready'
     FROM generate_series(1, $1::integer) AS n ORDER BY n RETURNING id`,
    [count, tenantId],
  );
  return rows.map(({ id }) => id);
}

export function enterModel({ workerStore }: RunningApi, name: string, version = '1.0.0') {
  const sha256 = Buffer.from(`${name} ${version}`.padEnd(32)).toString('hex').slice(0, 64);
  return workerStore.models.register({ ...manifest, name, version }, sha256, `/models/${name}`);
}

/** A batch of as many analyses as may be: 2,500 slides, each with 4 settings, in turns of lanes and priorities. */
export function largestBatch(slideIds: readonly string[], model: string) {
  const lanes: readonly Lane[] = ['stat', 'routine', 'research'];
  const items = Array.from({ length: MAX_BATCH }, (_, i) => ({
    ...{ slideId: slideIds[i % slideIds.length], model, lane: lanes[i % 3], priority: i % 101 },
    parameters: { threshold: (1 + Math.floor(i / slideIds.length)) / 10 },
  }));
  return { name: 'all', items };
}
