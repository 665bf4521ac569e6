import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { paths, SystemStatus } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';

export function registerGetSystemStatus(app: Api, { store, blobs }: Context): void {
  app.route({
    method: 'GET',
    url: paths.systemStatus,
    // It is asked every few seconds.
    config: { permission: 'system:read', audit: false },
    schema: {
      operationId: 'getSystemStatus',
      summary: 'How the installation is: queue, workers, storage',
      tags: ['system'],
      response: { 200: SystemStatus, ...problems },
    },
    handler: async () => {
      const [{ queue, oldestWaitingSeconds, ...sizes }, workers, disk] = await Promise.all([
        store.installation.figures(),
        store.workers.alive(),
        statfs(dirname(blobs.modelsFolder)),
      ]);
      return {
        queue: [...queue],
        oldestWaitingSeconds,
        workers: workers.map(({ seenAt, ...worker }) => ({ ...worker, seenAt: seenAt.toISOString() })),
        storage: { ...sizes, freeBytes: disk.bavail * disk.bsize, diskBytes: disk.blocks * disk.bsize },
      };
    },
  });
}
