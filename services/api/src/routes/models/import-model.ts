import { Readable } from 'node:stream';
import { GigascopeError } from '@gigascope/contracts';
import { ImportModelQuery, Model, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { acceptModel } from '../../models/accept-model.ts';
import { ModelImporter } from '../../models/model-importer.ts';
import { presentModel } from '../../present/model.ts';
import { discardRest } from '../../uploads/discard-rest.ts';
import { Binary, problems } from '../responses.ts';

export function registerImportModel(app: Api, context: Context): void {
  const importer = new ModelImporter();
  app.route({
    method: 'POST',
    url: paths.models,
    config: { permission: 'models:write', cost: 100 },
    schema: {
      operationId: 'importModel',
      summary: 'Register a model that was made elsewhere',
      description:
        'An ONNX file of at most 2 GiB as the body; what its file does not say as query parameters. The model is tried ' +
        'out and wrapped so that it takes bytes and gives probabilities, which takes seconds to minutes. Without every ' +
        'detail the answer is 422 MODEL_DETAILS_MISSING with an issue for each one that is missing; a model that cannot ' +
        'run here is 422 MODEL_UNSUPPORTED with the reason. Nothing is kept of what is refused.',
      tags: ['models'],
      consumes: ['application/octet-stream'],
      querystring: ImportModelQuery,
      body: Binary,
      response: { 201: Model, ...problems },
    },
    onResponse: async (request) => discardRest(request.raw),
    handler: async (request, reply) => {
      const { body, headers, query } = request;
      // A compressed body could grow without bound.
      if ((headers['content-encoding'] ?? 'identity') !== 'identity' || !(body instanceof Readable))
        throw new GigascopeError('MEDIA_TYPE_UNSUPPORTED');
      const source = { source: body, announcedBytes: Number(headers['content-length'] ?? 0) };
      const model = await acceptModel(context, importer, source, query);
      return reply.code(201).send(presentModel(model));
    },
  });
}
