import { Readable } from 'node:stream';
import { AuditFilterQuery, paths } from '@gigascope/contracts/http';
import { fhirAuditEvent, nameUuid } from '@gigascope/exchange';
import type { AuditRow } from '@gigascope/store';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentAuditEntry } from '../../present/access.ts';
import { begun } from '../begun.ts';
import { binary, problems } from '../responses.ts';
import { auditPages } from './audit-pages.ts';
import { filterOf } from './filter-of.ts';

const FHIR_JSON = 'application/fhir+json';

export function registerExportAuditFhir(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.auditFhir,
    config: { permission: 'audit:read', cost: 200 },
    schema: {
      operationId: 'exportAuditFhir',
      summary: 'The audit as a FHIR R4 Bundle of AuditEvents, oldest first',
      tags: ['audit'],
      querystring: AuditFilterQuery,
      response: { 200: binary('A Bundle of type collection', FHIR_JSON), ...problems },
    },
    handler: async (request, reply) => {
      const pages = await begun(auditPages(store, principalOf(request).tenantId, filterOf(request.query)));
      return reply
        .type(FHIR_JSON)
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="audit.fhir.json"')
        .send(Readable.from(bundleOf(pages), { highWaterMark: 1 }));
    },
  });
}

/** Written piece by piece; FHIR has no empty lists, so without an entry there is no `entry`. */
async function* bundleOf(pages: AsyncIterable<readonly AuditRow[]>): AsyncGenerator<string> {
  yield `{"resourceType":"Bundle","type":"collection","timestamp":"${new Date().toISOString()}"`;
  let before = ',"entry":[';
  for await (const rows of pages) {
    yield before + rows.map((row) => JSON.stringify(entryOf(row))).join(',');
    before = ',';
  }
  yield before === ',' ? ']}' : '}';
}

function entryOf(row: AuditRow): object {
  const { actorKind, actorId, actorName, ...entry } = presentAuditEntry(row);
  const actor = { kind: actorKind, id: actorId, name: actorName };
  return { fullUrl: `urn:uuid:${nameUuid(entry.hash)}`, resource: fhirAuditEvent({ ...entry, actor }) };
}
