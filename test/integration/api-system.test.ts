import { Health, Problem, paths } from '@gigascope/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describedOperations } from '../support/described-operations.ts';
import { OPERATIONS } from '../support/operations.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

interface OpenApi {
  readonly components: { readonly schemas: Record<string, unknown> };
}

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

const get = (path: string): Promise<Response> => fetch(`${api.url}${path}`);

describe('the description of the API', () => {
  it('is OpenAPI 3.1 with a summary, an answer and the problem of every operation', async () => {
    const { document, operations } = await describedOperations(api.url);
    expect(document).toMatchObject({ openapi: '3.1.0' });
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
    for (const { operationId, path, summary, responses } of operations) {
      expect(summary, operationId).toMatch(/^[A-Z]/);
      if (path.startsWith('/api/'))
        expect(JSON.stringify(responses['default']), operationId).toContain('application/problem+json');
    }
  });

  it('holds no body that nothing refers to', async () => {
    const text = await (await get(paths.openapi)).text();
    const { components } = JSON.parse(text) as OpenApi;
    for (const name of Object.keys(components.schemas)) expect(text, name).toContain(`"#/components/schemas/${name}"`);
  });

  it('refers to nothing that is not in it', async () => {
    const text = await (await get(paths.openapi)).text();
    const { components } = JSON.parse(text) as OpenApi;
    const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name as string);
    expect(refs.length).toBeGreaterThan(10);
    for (const name of refs) expect(components.schemas, name).toHaveProperty(name);
  });

  it('has a reference page whose every script and style is served from here', async () => {
    const page = await get(`${paths.docs}/`);
    expect(page.status).toBe(200);
    const html = await page.text();
    const loaded = [...html.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]+)"/g)].map(
      ([, address]) => address as string,
    );
    expect(loaded).toEqual(['js/scalar.js']);
    expect((await get(`${paths.docs}/js/scalar.js`)).status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});

describe('every answer', () => {
  it('has a request id and headers that keep browsers from guessing and framing', async () => {
    for (const path of [paths.health, paths.slides, '/nowhere']) {
      const { headers } = await get(path);
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('is counted and timed by route, without a single id', async () => {
    await get(paths.slide('3f0c4e0e-7c7e-4d8c-9f62-0a8a5a6c1b2d'));
    const text = await (await get(paths.metrics)).text();
    expect(text).toMatch(
      /gigascope_http_requests_total\{method="GET",route="\/api\/v1\/slides\/:id",status="404"\} 1\n/,
    );
    expect(text).toMatch(/gigascope_http_request_seconds_bucket\{le="0.005",method="GET",route="\/healthz"\} \d/);
    expect(text).toMatch(/gigascope_analyses\{state="queued"\} 0\n/);
    expect(text).toMatch(/gigascope_reader_waiting\{pool="views"\} 0\n/);
    expect(text).toMatch(/process_resident_memory_bytes \d/);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });
});

describe('too many requests', () => {
  it('are refused with 429 after the 5th in a minute, but not those for /healthz', async () => {
    await using narrow = await startApi({ requestsPerMinute: 5 });
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await fetch(`${narrow.url}${paths.models}`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const refused = await fetch(`${narrow.url}${paths.models}`);
    expect(Problem.parse(await refused.json())).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${narrow.url}${paths.health}`)).status).toBe(200);
  });
});

describe('a full disk', () => {
  it('makes the process not ready and refuses an upload of 10 bytes with 507, without errno or path', async () => {
    await using full = await startApi({ reservedDiskBytes: 2 ** 60 });
    const ready = await fetch(`${full.url}${paths.ready}`);
    expect(ready.status).toBe(503);
    expect(Health.parse(await ready.json()).checks['disk']).toMatch(/disk is full/);
    const headers = { 'content-type': 'application/octet-stream', 'x-slide-name': 'a.svs' };
    const response = await fetch(`${full.url}${paths.slides}`, { method: 'POST', headers, body: Buffer.alloc(10) });
    expect(Problem.parse(await response.json())).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
    expect((await fetch(`${full.url}${paths.health}`)).status).toBe(200);
  });
});

describe('Postgres stopped under a running API', () => {
  it('answers 503 DATABASE_UNAVAILABLE with Retry-After; healthz stays 200, readyz is 503, metrics go on', async () => {
    expect((await get(paths.ready)).status).toBe(200);
    await api.stopDatabase();
    for (const path of [paths.slides, paths.models, paths.analysis('3f0c4e0e-7c7e-4d8c-9f62-0a8a5a6c1b2d')]) {
      const response = await get(path);
      expect(Problem.parse(await response.json())).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
      expect(response.headers.get('retry-after')).toBe('1');
    }
    expect((await get(paths.health)).status).toBe(200);
    const ready = await get(paths.ready);
    expect(ready.status).toBe(503);
    expect(Health.parse(await ready.json()).checks).toMatchObject({ disk: 'ok' });
    expect(await (await get(paths.metrics)).text()).toMatch(/gigascope_http_requests_total/);
  });
});
