import { AuditPage, AuditQuery, paths } from '@gigascope/contracts/http';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentAuditEntry } from '../../present/access.ts';
import { problems } from '../responses.ts';
import { filterOf } from './filter-of.ts';

export function registerListAudit(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.audit,
    config: { permission: 'audit:read', cost: 5 },
    schema: {
      operationId: 'listAudit',
      summary: 'Who saw and changed what, newest first',
      description:
        'Each request is entered before it is done, and again with its code when a change failed or was refused. The ' +
        'same view by the same person is entered once a minute. Operators see the installation’s entries.',
      tags: ['audit'],
      querystring: AuditQuery,
      response: { 200: AuditPage, ...problems },
    },
    handler: async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const before = cursor === undefined ? undefined : Number(cursor);
      const query = { ...filterOf(filter), before, limit: limit + 1 };
      const rows = await store.audit.list(principalOf(request).tenantId, query);
      const items = rows.slice(0, limit).map(presentAuditEntry);
      const last = items.at(-1);
      return { items, nextCursor: rows.length > limit && last !== undefined ? String(last.seq) : null };
    },
  });
}
