import { paths, RetentionPolicy, RetentionPreview } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';

const MOST_LISTED = 1000;

/** How long a laboratory keeps what, and what that comes to today. */
export function registerRetentionPolicy(app: Api, { store }: Context): void {
  const config = { permission: 'slides:delete' } as const;
  app.route({
    method: 'GET',
    url: paths.retention,
    config,
    schema: {
      operationId: 'getRetention',
      summary: 'How long slides and results are kept',
      tags: ['slides'],
      response: { 200: RetentionPolicy, ...problems },
    },
    handler: async ({ tenantId }) => store.retention.policy(tenantId),
  });
  app.route({
    method: 'PUT',
    url: paths.retention,
    config,
    schema: {
      operationId: 'setRetention',
      summary: 'Set how long slides and results are kept',
      description: 'It holds from the next sweep on, within the hour. What is held or signed off stays in any case.',
      tags: ['slides'],
      body: RetentionPolicy,
      response: { 200: RetentionPolicy, ...problems },
    },
    handler: async ({ tenantId, body }) => {
      await store.retention.setPolicy(tenantId, body);
      return body;
    },
  });
  app.route({
    method: 'GET',
    url: paths.retentionPreview,
    config,
    schema: {
      operationId: 'previewRetention',
      summary: 'What the next sweep would delete',
      description: 'Nothing is deleted. At most 1000 slides and 1000 analyses are listed, the oldest first.',
      tags: ['slides'],
      response: { 200: RetentionPreview, ...problems },
    },
    handler: async ({ tenantId }) => {
      const { slides, analyses } = await store.retention.expired(tenantId, MOST_LISTED + 1);
      return {
        at: new Date().toISOString(),
        slides: slides.slice(0, MOST_LISTED).map(({ id, createdAt, sizeBytes }) => ({
          ...{ id, sizeBytes },
          createdAt: createdAt.toISOString(),
        })),
        analyses: analyses.slice(0, MOST_LISTED).map(({ id, slideId, finishedAt }) => ({
          ...{ id, slideId },
          finishedAt: finishedAt.toISOString(),
        })),
        truncated: Math.max(slides.length, analyses.length) > MOST_LISTED,
      };
    },
  });
}
