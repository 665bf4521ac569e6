/** Webhooks against a real receiver. Longer than a file should be: one receiver and one loop of calls serve all cases. */
import { once } from 'node:events';
import { AnalysisParameters, type GigascopeError } from '@gigascope/contracts';
import { paths, type WebhookDelivery, type WebhookEvent, WebhookMessage } from '@gigascope/contracts/http';
import type { NewAnalysis } from '@gigascope/store';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startDeliveries } from '../../services/api/src/webhooks/start-deliveries.ts';
import { openApiHome } from '../support/api-process.ts';
import { enterFinished } from '../support/finished-analysis.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { addTenantB, manifest, sampleResult, TENANT_A, TENANT_B } from '../support/store-samples.ts';
import { type ReceivedCall, WebhookReceiver } from '../support/webhook-receiver.ts';

const TIMEOUT_MS = 1_500;
const RETRY_DELAYS_MS = [50, 100];
const PATIENCE = { timeout: 20_000, interval: 20 };

const names = new Map<string, readonly string[]>();
const asked: string[] = [];
const errors: GigascopeError[] = [];
const stack = new AsyncDisposableStack();
let receiver: WebhookReceiver;
let api: RunningApi;

beforeAll(async () => {
  receiver = stack.use(await WebhookReceiver.start());
  const settings = {
    allowedHosts: new Set([receiver.host, `pinned.test:${receiver.port}`]),
    timeoutMs: TIMEOUT_MS,
    retryDelaysMs: RETRY_DELAYS_MS,
    resolve: async (host: string) => {
      asked.push(host);
      return names.get(host) ?? [host.replace(/^\[|\]$/g, '')];
    },
  };
  api = stack.use(await startApi({}, 'open', {}, settings));
  await addTenantB(api.ownerUrl);
  stack.use(startDeliveries(api.store, api.webhooks, (error) => errors.push(error)));
});
afterEach(async () => {
  for (const tenantId of [TENANT_A, TENANT_B])
    for (const { id } of await api.store.webhooks.list(tenantId)) await api.store.webhooks.remove(tenantId, id);
});
afterAll(async () => {
  await stack.disposeAsync();
  expect(errors).toEqual([]);
});

async function ask<T>(path: string, method = 'GET', body?: unknown): Promise<{ status: number; body: T }> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(`${api.url}${path}`, init);
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

interface Created {
  readonly id: string;
  readonly secret: string;
  readonly code?: string;
}

async function addWebhook(url: string, ...events: readonly WebhookEvent[]): Promise<Created> {
  const { status, body } = await ask<Created>(paths.webhooks, 'POST', { url, events });
  expect(status).toBe(201);
  return body;
}

/** Enters a slide that becomes ready, which is the cheapest event; answers its id. */
async function slideReady(tenantId = TENANT_A): Promise<string> {
  const sha256 = crypto.getRandomValues(Buffer.alloc(32)).toString('hex');
  const slide = { name: 'Jane Doe 1961.svs', sizeBytes: 1, sha256, blobKey: 'none' };
  const { id } = await api.store.slides.create(tenantId, slide);
  await api.store.slides.setState(tenantId, id, 'ready');
  return id;
}

async function newAnalysis(): Promise<NewAnalysis> {
  const { id: modelId } = await api.store.models.register(manifest, 'b'.repeat(64), '/models/sample');
  return { slideId: await slideReady(), modelId, parameters: AnalysisParameters.parse({}) };
}

async function deliveries(id: string): Promise<readonly WebhookDelivery[]> {
  return (await ask<{ items: WebhookDelivery[] }>(paths.deliveries(id))).body.items;
}

/** The webhook's only call, once it is in that state. */
function delivery(id: string, state: WebhookDelivery['state']): Promise<WebhookDelivery> {
  return vi.waitFor(async () => {
    const [only, ...others] = await deliveries(id);
    expect(others).toEqual([]);
    expect(only?.state).toBe(state);
    return only as WebhookDelivery;
  }, PATIENCE);
}

function verified({ body, headers }: ReceivedCall, secret: string): WebhookMessage {
  const flat = headers as Record<string, string>;
  return WebhookMessage.parse(new Verifier(secret).verify(body, flat));
}

describe('a call to a webhook', () => {
  test('comes when an analysis succeeds, verifies with the secret that was shown once, and names no patient', async () => {
    const hook = await addWebhook(
      receiver.on('/plain', (response) => response.end('thanks')),
      'analysis.succeeded',
    );
    expect(hook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify([(await ask(paths.webhooks)).body, (await ask(paths.webhook(hook.id))).body])).not.toContain(
      'whsec_',
    );
    const slideId = await slideReady();
    const sample = { tenantId: TENANT_A, slideId, result: sampleResult(0) };
    const analysisId = await enterFinished(api.store, api.workerStore, sample);
    const { id, attempts } = await delivery(hook.id, 'delivered');
    expect(attempts.map(({ status, error }) => [status, error])).toEqual([[200, null]]);
    const [call, ...others] = receiver.at('/plain');
    expect(others).toEqual([]);
    expect(call?.headers['webhook-id']).toBe(id);
    const message = verified(call as ReceivedCall, hook.secret);
    expect(message.type).toBe('analysis.succeeded');
    expect(message.data).toMatchObject({ analysisId, slideId, score: 0.875, positive: true, errorCode: null });
    expect(call?.body).not.toMatch(/Jane|slide\.tif/);
    expect(() => verified({ ...(call as ReceivedCall), body: `${call?.body} ` }, hook.secret)).toThrow();
  });

  test('is made again after 500, under one id, until it is answered by 2xx', async () => {
    const url = receiver.on('/flaky', (response, _call, n) => response.writeHead(n < 3 ? 500 : 202).end());
    const hook = await addWebhook(url, 'slide.ready');
    const slideId = await slideReady();
    const { id, attempts } = await delivery(hook.id, 'delivered');
    expect(attempts.map(({ status, error }) => [status, error])).toEqual([
      [500, 'STATUS'],
      [500, 'STATUS'],
      [202, null],
    ]);
    const calls = receiver.at('/flaky');
    expect(calls.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    for (const call of calls) expect(verified(call, hook.secret).data['slideId']).toBe(slideId);
  });

  test('ends with its schedule after 3 attempts, disables the webhook that nothing reached, and can be made again', async () => {
    let broken = true;
    const url = receiver.on('/down', (response) => response.writeHead(broken ? 503 : 200).end());
    const hook = await addWebhook(url, 'slide.ready');
    await slideReady();
    const { id, attempts } = await delivery(hook.id, 'failed');
    expect(attempts.length).toBe(3);
    expect((await ask(paths.webhook(hook.id))).body).toMatchObject({ disabled: { reason: 'failing' } });
    expect((await ask(paths.redeliver(hook.id, id), 'POST')).status).toBe(409);
    broken = false;
    const enabled = await ask(paths.webhook(hook.id), 'PATCH', { enabled: true });
    expect(enabled.body).toMatchObject({ disabled: null, failingSince: null });
    expect((await ask(paths.redeliver(hook.id, id), 'POST')).status).toBe(202);
    await delivery(hook.id, 'delivered');
    expect(receiver.at('/down').map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id, id]);
  });

  test('waits as long as 429 with Retry-After: 2 asks, and so do the webhook’s other calls', async () => {
    const url = receiver.on('/busy', (response, _call, n) =>
      n === 1 ? response.writeHead(429, { 'retry-after': '2' }).end() : response.end(),
    );
    const hook = await addWebhook(url, 'slide.ready');
    await slideReady();
    await vi.waitFor(async () => {
      expect((await ask<{ pausedUntil: string | null }>(paths.webhook(hook.id))).body.pausedUntil).not.toBeNull();
    }, PATIENCE);
    await slideReady();
    const all = await vi.waitFor(async () => {
      const found = await deliveries(hook.id);
      expect(found.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
      return found;
    }, PATIENCE);
    const times = all.flatMap(({ attempts }) => attempts.map(({ at }) => Date.parse(at))).toSorted((a, b) => a - b);
    expect(times.length).toBe(3);
    for (const later of times.slice(1)) expect(later - Number(times[0])).toBeGreaterThanOrEqual(1_990);
  });

  test('answered by 410 disables the webhook, which is then told nothing', async () => {
    const hook = await addWebhook(
      receiver.on('/gone', (response) => response.writeHead(410).end()),
      'slide.ready',
    );
    await slideReady();
    expect((await delivery(hook.id, 'failed')).attempts.length).toBe(1);
    expect((await ask(paths.webhook(hook.id))).body).toMatchObject({ disabled: { reason: 'gone' } });
    await slideReady();
    expect((await deliveries(hook.id)).length).toBe(1);
  });

  test('does not follow a redirect', async () => {
    const url = receiver.on('/moved', (response) => response.writeHead(302, { location: '/secret-place' }).end());
    const hook = await addWebhook(url, 'slide.ready');
    await slideReady();
    const { attempts } = await delivery(hook.id, 'failed');
    expect(attempts[0]).toMatchObject({ status: 302, error: 'REDIRECT' });
    expect(receiver.at('/secret-place')).toEqual([]);
  });

  test('that is never answered ends by time, and holds up no other webhook’s', async () => {
    const order: string[] = [];
    const slow = await addWebhook(
      receiver.on('/hanging', (response) => response.on('close', () => order.push('slow'))),
      'slide.ready',
    );
    const quick = await addWebhook(
      receiver.on('/quick', (response) => order.push('quick') && response.end()),
      'slide.ready',
    );
    await slideReady();
    await delivery(quick.id, 'delivered');
    const { attempts } = await delivery(slow.id, 'failed');
    expect(attempts.map(({ error }) => error)).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT']);
    expect(order[0]).toBe('quick');
  });

  test('reads 64 KiB of an endless answer and no more than is on its way', async () => {
    let sent = 0;
    const url = receiver.on('/endless', (response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const pour = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', pour);
      pour();
    });
    const hook = await addWebhook(url, 'slide.ready');
    await slideReady();
    const { attempts } = await delivery(hook.id, 'delivered');
    expect(attempts[0]).toMatchObject({ status: 200, error: null });
    const then = sent;
    expect(then).toBeLessThan(32 * 2 ** 20);
  });

  test.each([
    ['closes at once', 'http', '/closing', 'CONNECT_FAILED'],
    ['answers 100 KiB of headers', 'http', '/headers', 'ANSWER_INVALID'],
    ['speaks no TLS', 'https', '/plain-http', 'TLS_FAILED'],
  ])('to a server that %s is a failure', async (_name, scheme, path, error) => {
    const url = receiver.on(path, (response) => {
      if (path === '/closing') response.destroy();
      else response.writeHead(200, { 'x-large': 'x'.repeat(100 * 1024) }).end();
    });
    const hook = await addWebhook(url.replace('http', scheme), 'slide.ready');
    await slideReady();
    expect((await delivery(hook.id, 'failed')).attempts[0]).toMatchObject({ status: null, error });
  });
});

describe('the description', () => {
  test('says what a call holds', async () => {
    const { body } = await ask<{ webhooks: Record<string, unknown>; components: { schemas: object } }>(paths.openapi);
    expect(JSON.stringify(body.webhooks)).toContain('#/components/schemas/WebhookMessage');
    expect(body.components.schemas).toHaveProperty('WebhookMessage.properties.type.enum');
  });
});

describe('the secret', () => {
  test('is rotated: for a day both sign', async () => {
    const hook = await addWebhook(
      receiver.on('/rotated', (response) => response.end()),
      'slide.ready',
    );
    const rotated = await ask<{ secret: string; previousUntil: string }>(paths.rotateWebhook(hook.id), 'POST');
    expect(Date.parse(rotated.body.previousUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    await slideReady();
    await delivery(hook.id, 'delivered');
    const [call] = receiver.at('/rotated');
    for (const secret of [hook.secret, rotated.body.secret])
      expect(verified(call as ReceivedCall, secret)).toBeTruthy();
    await asOwner(api.ownerUrl, "UPDATE webhooks SET previous_until = now() - interval '1 s' WHERE id = $1", [hook.id]);
    expect((await ask(paths.pingWebhook(hook.id), 'POST')).body).toMatchObject({ status: 200, error: null });
    const last = receiver.at('/rotated').at(-1) as ReceivedCall;
    expect(verified(last, rotated.body.secret)).toMatchObject({ type: 'ping', data: { webhookId: hook.id } });
    expect(() => verified(last, hook.secret)).toThrow('No matching signature');
  });
});

describe('where webhooks may go', () => {
  test.each([
    'http://127.0.0.1:1/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://inside.test/',
    'https://user:word@127.0.0.1/',
    'nonsense',
  ])('%s is refused', async (url) => {
    names.set('inside.test', ['10.0.0.1']);
    const body = { url, events: ['slide.ready'] };
    expect(await ask(paths.webhooks, 'POST', body)).toMatchObject({
      status: 422,
      body: { code: 'WEBHOOK_ADDRESS_REFUSED' },
    });
  });

  test('a name that moves to 127.0.0.1 after it was accepted is blocked without a connection', async () => {
    names.set('rebound.test', ['93.184.215.14']);
    const hook = await addWebhook(`https://rebound.test:${receiver.port}/`, 'slide.ready');
    names.set('rebound.test', ['127.0.0.1']);
    const before = receiver.connections;
    await slideReady();
    expect((await delivery(hook.id, 'blocked')).attempts.map(({ error }) => error)).toEqual(['BLOCKED']);
    expect((await ask(paths.pingWebhook(hook.id), 'POST')).body).toMatchObject({ status: null, error: 'BLOCKED' });
    expect(receiver.connections).toBe(before);
  });

  test('the connection goes to the address that was checked: the name is asked once for an attempt', async () => {
    names.set('pinned.test', ['127.0.0.1']);
    const hook = await addWebhook(`http://pinned.test:${receiver.port}/pinned`, 'slide.ready');
    asked.length = 0;
    expect((await ask(paths.pingWebhook(hook.id), 'POST')).body).toMatchObject({ status: 204, error: null });
    expect(asked).toEqual(['pinned.test']);
    expect(receiver.at('/pinned')[0]?.headers.host).toBe(`pinned.test:${receiver.port}`);
  });
});

describe('what is told', () => {
  test('is nothing of what was rolled back', async () => {
    const hook = await addWebhook(
      receiver.on('/outbox', (response) => response.end()),
      'slide.ready',
    );
    const sha256 = 'c'.repeat(64);
    const { id } = await api.store.slides.create(TENANT_A, { name: 'x', sizeBytes: 1, sha256, blobKey: 'none' });
    const statement = `UPDATE slides SET state = 'ready' WHERE id = '${id}'`;
    await asOwner(api.ownerUrl, `BEGIN; ${statement}; ROLLBACK`);
    expect(await deliveries(hook.id)).toEqual([]);
    await asOwner(api.ownerUrl, `BEGIN; ${statement}; COMMIT`);
    expect((await delivery(hook.id, 'delivered')).data).toMatchObject({ slideId: id });
  });

  test('is each of 200 analyses that are canceled at once, and once that their batch is over', async () => {
    const hook = await addWebhook(
      receiver.on('/batch', (response) => response.end()),
      'analysis.canceled',
      'batch.finished',
    );
    const sample = await newAnalysis();
    const batch = await api.store.batches.submit(TENANT_A, {
      name: null,
      analyses: Array.from({ length: 200 }, () => sample),
    });
    await api.store.batches.cancel(TENANT_A, batch.id);
    await vi.waitFor(() => expect(receiver.at('/batch').length).toBe(201), PATIENCE);
    const messages = receiver.at('/batch').map((call) => verified(call, hook.secret));
    expect(messages.filter(({ type }) => type === 'batch.finished').map(({ data }) => data)).toEqual([
      { batchId: batch.id, succeeded: 0, failed: 0, canceled: 200 },
    ]);
    expect(new Set(messages.map(({ data }) => data['analysisId'])).size).toBe(201);
  });

  test('is that a review was signed, and nothing of what it says', async () => {
    const hook = await addWebhook(
      receiver.on('/review', (response) => response.end()),
      'review.signed',
    );
    const { id: analysisId, slideId } = await api.store.analyses.submit(TENANT_A, await newAnalysis());
    const [review] = await asOwner<{ id: string }>(
      api.ownerUrl,
      `INSERT INTO reviews (tenant_id, analysis_id, slide_id, reader_kind, reader_id, reader_name, purpose)
       VALUES ($1, $2, $3, 'user', 'x', 'Dr. Who', 'first') RETURNING id`,
      [TENANT_A, analysisId, slideId],
    );
    const sign = `INSERT INTO review_editions (review_id, edition, tenant_id, confidence) VALUES ('${review?.id}', 1, '${TENANT_A}', 'equivocal');
      UPDATE review_editions SET state = 'signed', signed_at = now() WHERE review_id = '${review?.id}'`;
    await asOwner(api.appUrl, `BEGIN; SELECT set_config('app.tenant', '${TENANT_A}', true); ${sign}; COMMIT`);
    expect((await delivery(hook.id, 'delivered')).data).toEqual({
      reviewId: review?.id,
      edition: 1,
      analysisId,
      slideId,
    });
  });

  test('is told to the own laboratory only, and no other sees, changes or repeats it', async () => {
    const hook = await addWebhook(
      receiver.on('/mine', (response) => response.end()),
      'slide.ready',
    );
    const theirs = {
      url: receiver.on('/theirs', (response) => response.end()),
      description: '',
      events: ['slide.ready'],
    };
    const other = await api.store.webhooks.create(TENANT_B, { ...theirs, secret: hook.secret });
    await slideReady(TENANT_A);
    await slideReady(TENANT_B);
    await vi.waitFor(() => expect(receiver.at('/theirs').length).toBe(1), PATIENCE);
    const mine = await delivery(hook.id, 'delivered');
    const { webhooks, webhookDeliveries } = api.store;
    expect((await webhooks.list(TENANT_B)).map(({ id }) => id)).toEqual([other.id]);
    expect(await webhooks.get(TENANT_B, hook.id)).toBeNull();
    expect(await webhooks.secrets(TENANT_B, hook.id)).toBeNull();
    expect(await webhooks.change(TENANT_B, hook.id, { enabled: false })).toBeNull();
    expect(await webhooks.rotate(TENANT_B, hook.id, hook.secret)).toBeNull();
    expect(await webhooks.remove(TENANT_B, hook.id)).toBe(false);
    expect((await webhookDeliveries.list(TENANT_B, hook.id, { limit: 10 })).rows).toEqual([]);
    expect(await webhookDeliveries.redeliver(TENANT_B, hook.id, mine.id)).toBeNull();
    for (const path of [paths.webhook(other.id), paths.deliveries(other.id)])
      expect((await ask(path)).status).toBe(404);
    expect((await ask(paths.pingWebhook(other.id), 'POST')).status).toBe(404);
    expect((await ask(paths.webhook(hook.id))).body).toMatchObject({ disabled: null });
    // Without a WHERE, and without a laboratory.
    for (const table of ['webhooks', 'webhook_deliveries'])
      expect(await asOwner(api.appUrl, `SELECT id FROM ${table}`)).toEqual([]);
    const { connection } = api.workerStore;
    await expect(
      connection.inNoTenant((tx) => tx.selectFrom('webhooks').select('secret').execute()),
    ).rejects.toMatchObject({ detail: 'SQLSTATE 42501' });
    const forge = asOwner(api.appUrl, `SELECT enter_webhook_deliveries('${TENANT_B}', 'slide.ready', '{}')`);
    await expect(forge).rejects.toMatchObject({ code: '42501' });
  });

  test('is listed in pages, newest first, and forgotten after 30 days', async () => {
    const hook = await addWebhook(
      receiver.on('/listed', (response) => response.end()),
      'slide.ready',
    );
    const slides = [await slideReady(), await slideReady(), await slideReady()];
    await vi.waitFor(() => expect(receiver.at('/listed').length).toBe(3), PATIENCE);
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
      const page = await ask<{ items: WebhookDelivery[]; nextCursor: string | null }>(
        paths.deliveries(hook.id) + query,
      );
      seen.push(...page.body.items.map(({ data }) => data['slideId']));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(slides.toReversed());
    await vi.waitFor(async () => {
      const query = `${paths.deliveries(hook.id)}?state=delivered`;
      expect((await ask<{ items: unknown[] }>(query)).body.items.length).toBe(3);
    }, PATIENCE);
    await asOwner(
      api.ownerUrl,
      `UPDATE webhook_deliveries SET created_at = now() - interval '31 days' WHERE data ->> 'slideId' = $1`,
      [slides[0]],
    );
    expect(await api.store.webhookDeliveries.forget(30)).toBe(1);
    expect((await deliveries(hook.id)).length).toBe(2);
  });

  test('goes to 10 webhooks of a laboratory at most', async () => {
    const url = `http://${receiver.host}/many`;
    const all = await Promise.all(Array.from({ length: 10 }, () => addWebhook(url, 'review.signed')));
    const refused = await ask(paths.webhooks, 'POST', { url, events: ['review.signed'] });
    expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    for (const { id } of all) expect((await ask(paths.webhook(id), 'DELETE')).status).toBe(204);
    expect((await ask(paths.webhook(all[0]?.id ?? ''), 'DELETE')).status).toBe(404);
    expect((await ask<{ items: unknown[] }>(paths.webhooks)).body.items).toEqual([]);
  });
});

describe('a process that makes calls', () => {
  test('and is killed while it does loses none: another makes it again under the same id', async () => {
    await using target = await WebhookReceiver.start();
    await using home = await openApiHome();
    const called = Promise.withResolvers<void>();
    const url = target.on('/killed', (response, _call, n) => (n === 1 ? called.resolve() : response.end()));
    const webhook = { url, description: '', events: ['slide.ready'], secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
    const { id } = await home.store.webhooks.create(TENANT_A, webhook);
    const env = { WEBHOOK_ALLOW_PRIVATE: target.host, WEBHOOK_TIMEOUT_SECONDS: '2', WEBHOOK_RETRY_SECONDS: '0.1' };
    const first = await home.start(env);
    const slide = { name: 'x', sizeBytes: 1, sha256: 'd'.repeat(64), blobKey: 'none' };
    const { id: slideId } = await home.store.slides.create(TENANT_A, slide);
    await home.store.slides.setState(TENANT_A, slideId, 'ready');
    await called.promise;
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await home.start(env);
    const row = await vi.waitFor(async () => {
      const { rows } = await home.store.webhookDeliveries.list(TENANT_A, id, { limit: 10 });
      expect(rows.map(({ state }) => state)).toEqual(['delivered']);
      return rows[0];
    }, PATIENCE);
    expect(target.calls.map(({ headers }) => headers['webhook-id'])).toEqual([row?.id, row?.id]);
    for (const call of target.calls) expect(verified(call, webhook.secret).data['slideId']).toBe(slideId);
  });
});
