import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import { IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { found, problems } from '../responses.ts';

const MEDIA_TYPE = 'text/markdown; charset=utf-8';
const MOST_BYTES = 2 ** 20;

export function registerGetModelCard(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.modelCard(':id'),
    config: { permission: 'models:read' },
    schema: {
      operationId: 'getModelCard',
      summary: 'The model’s card as its makers wrote it',
      description: 'Markdown, as it lies in the bundle; 404 where the bundle has none. Show it as text, not as HTML.',
      tags: ['models'],
      params: IdParams,
      response: {
        200: { description: 'The card', content: { 'text/markdown': { schema: z.string() } } },
        ...problems,
      },
    },
    handler: async ({ params }, reply) => {
      const { folder } = found(await store.models.get(params.id), 'model');
      const path = join(folder, 'README.md');
      const bytes = (await stat(path).catch(() => null))?.size ?? Number.POSITIVE_INFINITY;
      if (bytes > MOST_BYTES) throw new GigascopeError('NOT_FOUND', 'the model has no card');
      return reply.type(MEDIA_TYPE).send(await readFile(path, 'utf8'));
    },
  });
}
