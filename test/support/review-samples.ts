import type { Role } from '@gigascope/contracts';
import type { Review, ReviewSummary } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/http';
import { mintKey } from '@gigascope/store';
import { enterFinished } from './finished-analysis.ts';
import type { RunningApi } from './running-api.ts';
import { sampleAnalysis, sampleResult, TENANT_A } from './store-samples.ts';

/** A caller of the API with a key of their own. */
export interface Caller {
  readonly id: string;
  readonly key: string;
  ask(method: string, path: string, body?: unknown, version?: number | string): Promise<Response>;
  json<T>(method: string, path: string, body?: unknown, version?: number | string): Promise<T>;
}

export async function callerWith(api: RunningApi, role: Role, tenantId = TENANT_A): Promise<Caller> {
  const { key, hash, hint } = mintKey();
  const grant = { roles: [role], phi: false, onlyPermissions: null };
  const row = await api.store.apiKeys.create(tenantId, {
    ...{ name: role, hash, hint, ...grant, createdBy: 'test', expiresAt: null },
  });
  const ask: Caller['ask'] = (method, path, body, version) =>
    fetch(`${api.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(version === undefined ? {} : { 'if-match': typeof version === 'number' ? `"${version}"` : version }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    ...{ id: row.id, key, ask },
    json: async <T>(...call: Parameters<Caller['ask']>) => (await (await ask(...call)).json()) as T,
  };
}

export interface ReviewedSlide {
  readonly slideId: string;
  readonly analysisId: string;
}

/** A slide of 1000 × 1000 px whose analysis found 2 lesions, with a score of its own. */
export async function enterReadSlide(api: RunningApi, score = 0.875, tenantId = TENANT_A): Promise<ReviewedSlide> {
  const { slideId } = await sampleAnalysis(api.store, tenantId);
  const result = { ...sampleResult(0), score };
  return { slideId, analysisId: await enterFinished(api.store, api.workerStore, { tenantId, slideId, result }) };
}

export function openReview(reader: Caller, analysisId: string, body: unknown = {}): Promise<ReviewSummary> {
  return reader.json('POST', paths.reviewsOfAnalysis(analysisId), body);
}

/** Opens a review of a slide, says so sure and signs it. */
export async function signedReview(
  reader: Caller,
  analysisId: string,
  confidence: string,
  body: unknown = {},
): Promise<ReviewSummary> {
  const { id, version } = await openReview(reader, analysisId, body);
  const edited = await reader.json<ReviewSummary>('PATCH', paths.review(id), { confidence }, version);
  return reader.json('POST', paths.sign(id), undefined, edited.version);
}

export function readReview(caller: Caller, id: string, edition?: number): Promise<Review> {
  return caller.json('GET', `${paths.review(id)}${edition === undefined ? '' : `?edition=${edition}`}`);
}
