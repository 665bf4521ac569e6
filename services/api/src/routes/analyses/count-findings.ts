import { GigascopeError } from '@gigascope/contracts';
import { DensityQuery, FindingDensity, IdParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { IMMUTABLE, problems } from '../responses.ts';
import { areaOf } from './area-of.ts';
import { byClass } from './by-class.ts';
import { requireSucceeded } from './require-succeeded.ts';

/** A screen has room for far fewer. */
const MAX_CELLS = 50_000;

const KINDS = [
  ['detections', 'countDetections', 'How many boxes of each class there are by place'],
  ['segments', 'countSegments', 'How many outlines of each class there are by place'],
] as const;

export function registerCountFindings(app: Api, { store }: Context): void {
  for (const [kind, operationId, summary] of KINDS) {
    app.route({
      method: 'GET',
      url: paths.density(':id', kind),
      config: { permission: 'analyses:read', cost: 5 },
      schema: {
        operationId,
        summary,
        description: `By the centres of bounding boxes. At most ${MAX_CELLS} cells; ARGUMENT_INVALID asks for larger ones.`,
        tags: ['analyses'],
        params: IdParams,
        querystring: DensityQuery,
        response: { 200: FindingDensity, ...problems },
      },
      handler: async ({ tenantId, params: { id }, query }, reply) => {
        const { cellL0 } = query;
        const request = { cellL0, area: areaOf(query), maxCells: MAX_CELLS };
        const cells = await requireSucceeded(store, tenantId, id, () =>
          store.findings.density(kind, tenantId, id, request),
        );
        if (cells.length > MAX_CELLS)
          throw new GigascopeError('ARGUMENT_INVALID', `more than ${MAX_CELLS} cells: take larger ones`);
        return reply.header('cache-control', IMMUTABLE).send({ cellL0, classes: byClass(cells) });
      },
    });
  }
}
