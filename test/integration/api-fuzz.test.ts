import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arbitraryOf } from '../support/arbitrary-of-schema.ts';
import { type Description, describedOperations, type Operation } from '../support/described-operations.ts';
import { enterFinished } from '../support/finished-analysis.ts';
import { OPERATIONS } from '../support/operations.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { sampleAnalysis, samplePlan, sampleResult, TENANT_A } from '../support/store-samples.ts';

const REQUESTS = 40;
/** IIIF asks for it where a server has not a feature (Image API 3.0, section 7.1). */
const NOT_IMPLEMENTED = 501;

let api: RunningApi;
let description: Description;
let ids: readonly string[];

beforeAll(async () => {
  api = await startApi();
  description = await describedOperations(api.url);
  const { slideId } = await sampleAnalysis(api.store);
  await api.store.slides.setState(TENANT_A, slideId, 'ready', { metadata: samplePlan(0).metadata });
  const analysis = await enterFinished(api.store, api.workerStore, {
    tenantId: TENANT_A,
    slideId,
    result: sampleResult(0),
  });
  ids = [slideId, analysis];
});
afterAll(() => api?.[Symbol.asyncDispose]());

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

function requestTo(operation: Operation): fc.Arbitrary<Asked> {
  const { schemas } = description.document.components;
  const { method, path, parameters = [], requestBody } = operation;
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const known = operation.operationId === 'deleteSlide' ? [] : ids;
  const segment = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known, '00000000-0000-7000-8000-00000000000a') },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }) },
  );
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const [mediaType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return fc
    .record({
      segments: fc.tuple(...inPath.map(() => segment)),
      query: fc.tuple(...query.map(({ schema }) => fc.option(arbitraryOf(schema, schemas), { freq: 2 }))),
      body: mediaType === 'application/json' ? arbitraryOf(body?.schema, schemas) : fc.constant(undefined),
    })
    .map(({ segments, query: values, body: content }) => {
      const url = new URL(api.url);
      let at = 0;
      const address = path.replace(/\{[^}]+\}/g, () => encodeURIComponent(String(segments[at++])));
      for (const [k, { name }] of query.entries())
        if (values[k] !== null) url.searchParams.set(name, textOf(values[k]));
      const headers: Record<string, string> = mediaType === undefined ? {} : { 'content-type': mediaType };
      const sent =
        method === 'GET' || method === 'OPTIONS' || mediaType === undefined
          ? {}
          : { body: content === undefined ? 'x' : JSON.stringify(content) };
      return { url: `${api.url}${address}${url.search}`, init: { method, headers, ...sent } };
    });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Compiled once for each schema; formats are the zod schemas' own business. */
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

function faultsOf(operation: Operation, status: number, mediaType: string, body: unknown): string | null {
  const answer = operation.responses[status] ?? operation.responses['default'];
  const schema = answer?.content?.[mediaType]?.schema;
  if (schema === undefined) return `${mediaType} with ${status} is not described`;
  // A file of its own form, which its own tests read.
  if ((schema as { format?: unknown }).format === 'binary') return null;
  const name = `${operation.operationId} ${operation.responses[status] === undefined ? 'default' : status}`;
  const check =
    compiled.get(name) ?? ajv.compile({ ...(schema as object), components: description.document.components });
  compiled.set(name, check);
  return check(body) ? null : ajv.errorsText(check.errors);
}

describe('what a route is sent, valid, missing, huge, wrongly typed', () => {
  it.each(Object.keys(OPERATIONS))(
    '%s answers as it describes, and never with a fault of its own',
    async (operationId) => {
      const operation = description.operations.find((each) => each.operationId === operationId);
      if (operation === undefined) throw new Error('not described');
      const requests = fc.sample(requestTo(operation), { numRuns: REQUESTS, seed: 7 });
      for (const { url, init } of requests) {
        const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
        const mediaType = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
        const what = `${init.method} ${url} ${String(init.body).slice(0, 300)}`;
        if (response.status !== NOT_IMPLEMENTED && operationId !== 'ready')
          expect(response.status, what).toBeLessThan(500);
        if (!mediaType.endsWith('json') || mediaType.includes('ndjson')) {
          await response.body?.cancel();
          continue;
        }
        const body: unknown = await response.json();
        expect(
          faultsOf(operation, response.status, mediaType, body),
          `${what} → ${JSON.stringify(body).slice(0, 300)}`,
        ).toBeNull();
      }
    },
  );
});
