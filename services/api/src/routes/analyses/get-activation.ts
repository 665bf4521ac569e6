import { GigascopeError } from '@gigascope/contracts';
import { IdParams, paths } from '@gigascope/contracts/http';
import { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { abortedWith } from '../aborted-with.ts';
import { binary, found, IMMUTABLE, problems } from '../responses.ts';
import { readySlide } from '../slides/ready-slide.ts';
import { requireSucceeded } from './require-succeeded.ts';

/** Why a patch was called what it was: the patch, and what in it speaks for the model's positive class. */
export function registerGetActivation(app: Api, { store, blobs, activations }: Context): void {
  app.route({
    method: 'GET',
    url: paths.activation(':id'),
    config: { permission: 'analyses:read', cost: 20 },
    schema: {
      operationId: 'getActivation',
      summary: 'The patch about a point of the slide, with its class activation map',
      description:
        'Left the patch, right the same in grey with the evidence for the positive class in magma’s colours. The frame is the heatmap’s cell that holds the point. Classifying models only.',
      tags: ['analyses'],
      params: IdParams,
      querystring: z.object({ x: z.coerce.number().nonnegative(), y: z.coerce.number().nonnegative() }),
      response: { 200: binary('PNG', 'image/png'), ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId, params, query } = request;
      const { result } = await requireSucceeded(store, tenantId, params.id, () =>
        store.analyses.result(tenantId, params.id),
      );
      if (result.task !== 'classify') throw new GigascopeError('ARGUMENT_INVALID', 'the model is no classifier');
      const { metadata, mpp: spacing } = result.slide;
      if (query.x >= metadata.widthL0 || query.y >= metadata.heightL0)
        throw new GigascopeError('ARGUMENT_INVALID', 'the point lies outside the slide');
      const { slideId, modelId } = found(await store.analyses.get(tenantId, params.id), 'analysis');
      const { row: slide } = await readySlide(store, tenantId, slideId);
      const model = found(await store.models.get(modelId), 'model');
      // What cutting a patch needs of the plan; its tissue and blocks are not read.
      const plan = {
        ...{ stage: 0, metadata: { ...metadata, properties: {} }, spacing, grid: result.grid },
        ...{ tissueShare: 0, tissueCells: new Uint8Array(), blocks: [], resolutionLow: false, outOfScope: null },
      };
      const place = { analysisId: params.id, slidePath: blobs.path(slide.blobKey), xL0: query.x, yL0: query.y };
      const png = await activations.picture({ ...place, model, plan }, abortedWith(reply));
      return reply.header('cache-control', IMMUTABLE).type('image/png').send(Buffer.from(png));
    },
  });
}
