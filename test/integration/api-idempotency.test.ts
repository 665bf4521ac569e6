import { randomUUID } from 'node:crypto';
import type { Role } from '@gigascope/contracts';
import { Analysis, Batch, Problem, paths } from '@gigascope/contracts/http';
import { mintKey } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterModel, enterSlides } from '../support/api-batches.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { addTenantB, TENANT_A, TENANT_B } from '../support/store-samples.ts';

let api: RunningApi;
let slides: string[];
let mine: string;
const slide = (n: number): string => slides[n] ?? '';

beforeAll(async () => {
  api = await startApi({}, 'keys');
  slides = await enterSlides(api.ownerUrl, 40);
  await addTenantB(api.ownerUrl);
  await enterModel(api, 'metastasis');
  mine = await keyOf('lab-admin', TENANT_A);
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function keyOf(role: Role, tenantId: string): Promise<string> {
  const { key, hash, hint } = mintKey();
  const grant = { roles: [role], phi: false, onlyPermissions: null };
  await api.store.apiKeys.create(tenantId, { name: role, hash, hint, ...grant, createdBy: 'test', expiresAt: null });
  return key;
}

interface Sent {
  readonly key?: string | undefined;
  readonly as?: string;
  readonly type?: string;
}

function post(path: string, body: object | string, { key, as = mine, type = 'application/json' }: Sent = {}) {
  const headers: Record<string, string> = { authorization: `Bearer ${as}`, 'content-type': type };
  if (key !== undefined) headers['idempotency-key'] = key;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${api.url}${path}`, { method: 'POST', headers, body: text });
}

const submit = (n: number, key?: string, as = mine) => post(paths.analyses, { slideId: slide(n) }, { key, as });

/** What the sender sees of an answer, and whether it is a repeated one. */
async function seen(answer: Promise<Response>) {
  const response = await answer;
  const { status, headers } = response;
  const replayed = headers.get('idempotency-replayed');
  return {
    answer: {
      status,
      type: headers.get('content-type'),
      location: headers.get('location'),
      body: await response.text(),
    },
    replayed,
    retryAfter: headers.get('retry-after'),
  };
}

const problemOf = async (answer: Promise<Response>): Promise<Problem> => Problem.parse(await (await answer).json());

async function analysesOf(n: number): Promise<number> {
  const [row] = await asOwner<{ count: number }>(
    api.ownerUrl,
    'SELECT count(*)::integer AS count FROM analyses WHERE slide_id = $1',
    [slide(n)],
  );
  return row?.count ?? -1;
}

/** Makes an entry what a process leaves that is killed after its work was committed and before it answered. */
const killBeforeAnswer = (key: string, leaseSeconds: number) =>
  asOwner(
    api.ownerUrl,
    `UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL,
       lease_until = now() + make_interval(secs => $2) WHERE key = $1`,
    [key, leaseSeconds],
  );

describe('a request with an idempotency key', () => {
  it('sent 3 times is done once: the same status, place and body each time, the later ones marked', async () => {
    const key = randomUUID();
    const first = await seen(submit(0, key));
    expect(first).toMatchObject({ replayed: null, answer: { status: 202 } });
    const again = await seen(submit(0, key));
    expect(again).toMatchObject({ replayed: 'true', answer: first.answer });
    // A structured field's string is quoted; members may come in another order, and defaults may be said.
    const other = await seen(post(paths.analyses, { model: 'metastasis', slideId: slide(0) }, { key: `"${key}"` }));
    expect(other).toMatchObject({ replayed: 'true', answer: first.answer });
    expect(await analysesOf(0)).toBe(1);
  });

  it('sent 50 times at once is done once: all answers are the first one’s or IDEMPOTENCY_IN_FLIGHT, none else', async () => {
    const key = randomUUID();
    const all = await Promise.all(Array.from({ length: 50 }, () => seen(submit(1, key))));
    const done = all.filter(({ answer }) => answer.status === 202);
    expect(new Set(done.map(({ answer }) => answer.body)).size).toBe(1);
    const waiting = all.filter(({ answer }) => answer.status !== 202);
    for (const { answer, retryAfter } of waiting) {
      expect(Problem.parse(JSON.parse(answer.body))).toMatchObject({ status: 409, code: 'IDEMPOTENCY_IN_FLIGHT' });
      expect(retryAfter).toBe('1');
    }
    expect(done.length + waiting.length).toBe(50);
    expect(await analysesOf(1)).toBe(1);
    expect((await seen(submit(1, key))).answer).toEqual(done[0]?.answer);
  });

  it('with another body, or to another analysis, is refused as IDEMPOTENCY_KEY_REUSED', async () => {
    const key = randomUUID();
    const { id } = Analysis.parse(await (await submit(2, key)).json());
    expect(await problemOf(submit(3, key))).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await analysesOf(3)).toBe(0);
    const rerun = randomUUID();
    expect((await post(paths.rerun(id), {}, { key: rerun })).status).toBe(202);
    const elsewhere = post(paths.rerun(slide(2)), {}, { key: rerun });
    expect(await problemOf(elsewhere)).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is another one of another person, laboratory and route', async () => {
    const key = randomUUID();
    const [mineOne] = [Analysis.parse(await (await submit(4, key)).json())];
    const colleague = Analysis.parse(await (await submit(4, key, await keyOf('uploader', TENANT_A))).json());
    expect(colleague.id).not.toBe(mineOne?.id);
    const [ofB = ''] = await enterSlides(api.ownerUrl, 1, TENANT_B);
    const theirs = post(paths.analyses, { slideId: ofB }, { key, as: await keyOf('uploader', TENANT_B) });
    expect((await theirs).status).toBe(202);
    expect((await post(paths.batches, { slideIds: [slide(4)], models: ['metastasis'] }, { key })).status).toBe(202);
    expect(await analysesOf(4)).toBe(3);
  });

  it('of a batch, as JSON and as a table, is entered once', async () => {
    const asked = [
      { body: { slideIds: [slide(5), slide(6)], models: ['metastasis'] }, type: 'application/json', key: randomUUID() },
      { body: `slide\n${slide(5)}\n`, type: 'text/csv', key: randomUUID() },
    ];
    for (const { body, ...rest } of asked) {
      const first = await seen(post(paths.batches, body, rest));
      const again = await seen(post(paths.batches, body, rest));
      expect(again).toMatchObject({ replayed: 'true', answer: first.answer });
    }
    const other = post(paths.batches, `slide\n${slide(6)}\n`, { type: 'text/csv', key: asked[1]?.key });
    expect((await other).status).toBe(422);
    expect([await analysesOf(5), await analysesOf(6)]).toEqual([2, 1]);
  });

  it('that was refused for good is refused again, though it would do now; one that may be tried again is', async () => {
    const [forGood, forNow] = [randomUUID(), randomUUID()];
    const ask = () => post(paths.analyses, { slideId: slide(7), model: 'later' }, { key: forGood });
    const first = await seen(ask());
    expect(first.answer.status).toBe(404);
    await enterModel(api, 'later');
    expect(await seen(ask())).toMatchObject({ replayed: 'true', answer: first.answer });

    await asOwner(api.ownerUrl, `UPDATE slides SET state = 'received' WHERE id = $1`, [slide(8)]);
    expect(await problemOf(submit(8, forNow))).toMatchObject({ status: 409, code: 'SLIDE_NOT_READY' });
    await asOwner(api.ownerUrl, `UPDATE slides SET state = 'ready' WHERE id = $1`, [slide(8)]);
    expect(await seen(submit(8, forNow))).toMatchObject({ replayed: null, answer: { status: 202 } });
  });

  it('whose answer the server could not give is not kept: after a 500 the same request is tried again', async () => {
    const key = randomUUID();
    await asOwner(api.ownerUrl, `ALTER TABLE tasks ADD CONSTRAINT broken CHECK (kind <> 'plan') NOT VALID`);
    expect((await submit(9, key)).status).toBe(500);
    await asOwner(api.ownerUrl, 'ALTER TABLE tasks DROP CONSTRAINT broken');
    expect(await seen(submit(9, key))).toMatchObject({ replayed: null, answer: { status: 202 } });
    expect(await analysesOf(9)).toBe(1);
  });
});

describe('a process that was killed between its work and its answer', () => {
  it.each([
    ['an analysis', () => submit(10, 'killed-1'), 'killed-1', 10],
    [
      'a batch',
      () => post(paths.batches, { slideIds: [slide(11)], models: ['metastasis'] }, { key: 'killed-2' }),
      'killed-2',
      11,
    ],
  ])('leaves %s that is answered, not entered again, once its lease has run out', async (_what, ask, key, n) => {
    const first = await seen(ask());
    await killBeforeAnswer(key, 30);
    expect(await seen(ask())).toMatchObject({ answer: { status: 409 }, retryAfter: '1' });
    await killBeforeAnswer(key, -1);
    const again = await seen(ask());
    expect(again).toMatchObject({ replayed: null, answer: { status: 202, location: first.answer.location } });
    expect(await seen(ask())).toMatchObject({ replayed: 'true', answer: again.answer });
    expect(await analysesOf(n)).toBe(1);
  });

  it('keeps its key for its request: another body is refused also after the lease', async () => {
    await submit(12, 'killed-3');
    await killBeforeAnswer('killed-3', -1);
    expect(await problemOf(submit(13, 'killed-3'))).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

describe('what is kept', () => {
  it('is forgotten after 24 hours: the key begins anew, and entries of others that are older go', async () => {
    const [old, older] = [randomUUID(), randomUUID()];
    const first = Analysis.parse(await (await submit(14, old)).json());
    await submit(15, older);
    await asOwner(
      api.ownerUrl,
      `UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = ANY ($1)`,
      [[old, older]],
    );
    const again = await seen(submit(14, old));
    expect(again.replayed).toBe(null);
    expect(Analysis.parse(JSON.parse(again.answer.body)).id).not.toBe(first.id);
    const keys = await asOwner<{ key: string }>(api.ownerUrl, 'SELECT key FROM idempotency_keys');
    expect(keys.map(({ key }) => key)).toContain(old);
    expect(keys.map(({ key }) => key)).not.toContain(older);
  });

  it.each([
    ['empty', ''],
    ['of 256 characters', 'x'.repeat(256)],
    ['of two words', 'a b'],
    ['an open quote', '"a'],
  ])('a key that is %s is refused with 400', async (_what, key) => {
    expect(await problemOf(submit(16, key))).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID' });
    expect(await analysesOf(16)).toBe(0);
  });

  it('without a key two requests are two', async () => {
    const answers = [await submit(17), await submit(17)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await analysesOf(17)).toBe(2);
  });

  it('stopping with a key answers the same twice', async () => {
    const [one, key] = [
      Batch.parse(await (await post(paths.batches, { slideIds: [slide(18)], models: ['metastasis'] })).json()),
      randomUUID(),
    ];
    const first = await seen(post(paths.cancelBatch(one.id), {}, { key }));
    expect(first.answer.status).toBe(200);
    expect(await seen(post(paths.cancelBatch(one.id), {}, { key }))).toMatchObject({
      replayed: 'true',
      answer: first.answer,
    });
  });
});
