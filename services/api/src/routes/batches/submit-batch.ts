import { GigascopeError } from '@gigascope/contracts';
import { Batch, MAX_BATCH, paths, SubmitBatch, SubmitBatchQuery } from '@gigascope/contracts/http';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { readItems } from '../../batches/read-items.ts';
import { readTable } from '../../batches/read-table.ts';
import { settleAnalyses } from '../../batches/settle-analyses.ts';
import type { Api, Context } from '../../context.ts';
import { resultIdOf } from '../../plugins/idempotency.ts';
import { presentBatch } from '../../present/batch.ts';
import { problems } from '../responses.ts';

/** 10,000 items with everything that can be said of each are under 5 MB. */
const MAX_BODY_BYTES = 8 * 2 ** 20;
const CSV = 'text/csv';
const LISTS = ['slideIds', 'models', 'items'] as const;

export function registerSubmitBatch(app: Api, { store }: Context): void {
  // In a scope of its own, so that no other route takes tables.
  void app.register(async (inner) => {
    const scope = inner.withTypeProvider<ZodTypeProvider>();
    scope.addContentTypeParser(CSV, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route({
      method: 'POST',
      url: paths.batches,
      bodyLimit: MAX_BODY_BYTES,
      config: { permission: 'analyses:write', cost: 50, idempotent: true },
      schema: {
        operationId: 'submitBatch',
        summary: 'Analyse up to 10,000 slides in one call',
        description:
          'All are entered or none. As JSON, or as CSV: a heading, then a line for each analysis with the columns slide ' +
          '(id, SHA-256, or the name where it is one slide’s alone), model, lane, priority and deadline; all but slide may ' +
          'be left out. 422 BATCH_INVALID names every item or line that is wrong. The analyses are listed by batchId.',
        tags: ['analyses'],
        querystring: SubmitBatchQuery,
        body: SubmitBatch,
        response: { 202: Batch, ...problems },
      },
      // What a table holds is looked at line by line.
      validatorCompiler: takingTables,
      preValidation: async ({ body }) => refuseLongLists(body),
      handler: async (request, reply) => {
        const { tenantId, query } = request;
        const table: unknown = request.body;
        const isTable = Buffer.isBuffer(table);
        const asked = isTable ? readTable(table) : readItems(request.body);
        const row = await store.batches.submit(tenantId, {
          id: resultIdOf(request),
          name: (isTable ? null : request.body.name) ?? query.name ?? null,
          analyses: await settleAnalyses(store, tenantId, asked),
        });
        const etaSeconds = await store.batches.etaSeconds(tenantId, row.id);
        return reply.code(202).header('location', paths.batch(row.id)).send(presentBatch(row, etaSeconds));
      },
    });
  });
}

/** Validates as every route does, but for what is no JSON. */
const takingTables: FastifySchemaCompiler<FastifySchema> = (part) => {
  const validate = validatorCompiler(part as Parameters<typeof validatorCompiler>[0]);
  return (data: unknown) => (Buffer.isBuffer(data) ? { value: data } : validate(data));
};

/** Before each entry of theirs is looked at: millions of empty ones fit in a body. */
function refuseLongLists(body: unknown): void {
  for (const name of LISTS) {
    const list: unknown = (body as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (Array.isArray(list) && list.length > MAX_BATCH)
      throw new GigascopeError('REQUEST_TOO_LARGE', `${name}: at most ${MAX_BATCH}`);
  }
}
