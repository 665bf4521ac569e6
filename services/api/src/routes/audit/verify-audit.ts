import { AuditVerification, paths } from '@gigascope/contracts/http';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { problems } from '../responses.ts';

export function registerVerifyAudit(app: Api, { store }: Context): void {
  app.route({
    method: 'GET',
    url: paths.auditVerification,
    config: { permission: 'audit:read', cost: 200 },
    schema: {
      operationId: 'verifyAudit',
      summary: 'Whether every entry of the audit is as it was written',
      description:
        'Computes the chain of hashes anew, from the first entry. `head` noted elsewhere proves later that not the ' +
        'whole chain was replaced.',
      tags: ['audit'],
      response: { 200: AuditVerification, ...problems },
    },
    handler: async (request) => {
      const { tenantId } = principalOf(request);
      const [newest] = await store.audit.list(tenantId, { limit: 1 });
      const firstBrokenSeq = await store.audit.firstBroken(tenantId);
      const head = newest === undefined ? null : { seq: newest.seq, hash: newest.hash.toString('hex') };
      return { whole: firstBrokenSeq === null, firstBrokenSeq, head };
    },
  });
}
