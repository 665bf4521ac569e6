import { Readable } from 'node:stream';
import { AuditFilterQuery, paths } from '@gigascope/contracts/http';
import type { AuditRow } from '@gigascope/store';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentAuditEntry } from '../../present/access.ts';
import { begun } from '../begun.ts';
import { binary, problems } from '../responses.ts';
import { auditPages } from './audit-pages.ts';
import { filterOf } from './filter-of.ts';

const NDJSON = 'application/x-ndjson';

export function registerExportAudit(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.auditNdjson,
    config: { permission: 'audit:read', cost: 200 },
    schema: {
      operationId: 'exportAudit',
      summary: 'The audit as one JSON object a line, oldest first',
      description: 'Each entry with its hash, so that the chain can be checked without this installation.',
      tags: ['audit'],
      querystring: AuditFilterQuery,
      response: { 200: binary('One AuditEntry a line', NDJSON), ...problems },
    },
    handler: async (request, reply) => {
      const pages = await begun(auditPages(store, principalOf(request).tenantId, filterOf(request.query)));
      return reply
        .type(NDJSON)
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="audit.ndjson"')
        .send(Readable.from(linesOf(pages), { highWaterMark: 1 }));
    },
  });
}

async function* linesOf(pages: AsyncIterable<readonly AuditRow[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(presentAuditEntry(row))}\n`).join('');
}
