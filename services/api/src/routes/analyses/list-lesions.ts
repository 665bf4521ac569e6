import type { Lesion } from '@gigascope/contracts';
import { IdParams, LesionList, LesionsQuery, paths } from '@gigascope/contracts/http';
import type { z } from 'zod';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';
import { areaOf, pointOf } from './area-of.ts';
import { requireSucceeded } from './require-succeeded.ts';

export function registerListLesions(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.lesions(':id'),
    config: { permission: 'analyses:read' },
    schema: {
      operationId: 'listLesions',
      summary: 'Lesions and slide score of an analysis',
      tags: ['analyses'],
      params: IdParams,
      querystring: LesionsQuery,
      response: { 200: LesionList, ...problems },
    },
    handler: async ({ tenantId, params: { id }, query }) => {
      const found = await requireSucceeded(store, tenantId, id, () => store.analyses.result(tenantId, id));
      const { result, lesions, score, positive } = found;
      return { score, threshold: result.threshold, positive, lesions: chosen(lesions, query) };
    },
  });
}

function chosen(lesions: readonly Lesion[], query: z.infer<typeof LesionsQuery>): Lesion[] {
  const { minProbability = 0 } = query;
  const [area, near] = [areaOf(query), pointOf(query.near)];
  const kept = lesions.filter(
    ({ probability, xL0, yL0 }) =>
      probability >= minProbability &&
      (area === undefined || (xL0 >= area.x0 && xL0 <= area.x1 && yL0 >= area.y0 && yL0 <= area.y1)),
  );
  if (near === undefined) return kept;
  const distance = ({ xL0, yL0 }: Lesion): number => Math.hypot(xL0 - near.x, yL0 - near.y);
  return kept.sort((a, b) => distance(a) - distance(b));
}
