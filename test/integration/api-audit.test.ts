import { createHash } from 'node:crypto';
import { AuditEntry, AuditPage, AuditVerification, paths } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asker, makeKey } from '../support/access.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { faultsOf } from '../unit/exchange/fhir-validators.ts';

let api: RunningApi;
let tenantId: string;
let admin: ReturnType<typeof asker>;
let actorId: string;
let laboratories = 0;
beforeAll(async () => {
  api = await startApi({}, 'keys');
});
afterAll(() => api?.[Symbol.asyncDispose]());
// A chain of its own for each test.
beforeEach(async () => {
  tenantId = (await api.store.tenants.create(`laboratory ${++laboratories}`, null)).id;
  const { id, key } = await makeKey(api.store, { roles: ['lab-admin'], tenantId });
  actorId = id;
  admin = asker(api.url, key);
});

const verify = async (): Promise<ReturnType<typeof AuditVerification.parse>> =>
  AuditVerification.parse(await (await admin(paths.auditVerification)).json());
const page = async (query = ''): Promise<ReturnType<typeof AuditPage.parse>> =>
  AuditPage.parse(await (await admin(`${paths.audit}${query}`)).json());
const lines = async (query = ''): Promise<AuditEntry[]> =>
  (await (await admin(`${paths.auditNdjson}${query}`)).text())
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => AuditEntry.parse(JSON.parse(line)));

/** As somebody with the superuser's password would, past the trigger that refuses changes. */
const tamper = (statement: string): Promise<unknown> =>
  asOwner(
    api.ownerUrl,
    `DO $$ BEGIN ALTER TABLE audit_entries DISABLE TRIGGER append_only; ${statement};
       ALTER TABLE audit_entries ENABLE TRIGGER append_only; END $$`,
  );

async function fill(count: number): Promise<void> {
  const entry = { actorKind: 'key', actorId: 'a', actorName: 'Ann', action: 'getSlide', objectType: 'slides' };
  const entries = Array.from({ length: count }, (_, i) => ({
    ...entry,
    ...{ objectId: `slide-${i % 3}`, outcome: 'asked', requestId: `r${i}` },
  }));
  await api.store.audit.append(tenantId, entries);
}

describe('the chain', () => {
  test('is whole as it was written, and its head is the newest entry', async () => {
    await fill(20);
    const { whole, firstBrokenSeq, head } = await verify();
    // The verification itself is entry 21.
    expect([whole, firstBrokenSeq, head?.seq]).toEqual([true, null, 21]);
  });

  test.each([
    ['who', `actor_name = 'Bob'`],
    ['what', `action = 'listSlides'`],
    ['when', `at = replace(at, 'Z', '1Z')`],
    ['of which slide', `object_id = ''`],
    ['how it ended', `outcome = 'FORBIDDEN'`],
    ['its hash', `hash = sha256('x')`],
  ])('shows that entry 7 no longer says %s as it was written', async (_what, set) => {
    await fill(20);
    await tamper(`UPDATE audit_entries SET ${set} WHERE chain = '${tenantId}' AND seq = 7`);
    expect(await verify()).toMatchObject({ whole: false, firstBrokenSeq: 7 });
  });

  test('shows an entry that is missing in the middle, at the beginning and at the end', async () => {
    await fill(20);
    await verify();
    await tamper(`DELETE FROM audit_entries WHERE chain = '${tenantId}' AND seq = 21`);
    expect(await api.store.audit.firstBroken(tenantId)).toBe(21);
    await tamper(`DELETE FROM audit_entries WHERE chain = '${tenantId}' AND seq = 12`);
    expect(await api.store.audit.firstBroken(tenantId)).toBe(12);
    await tamper(`DELETE FROM audit_entries WHERE chain = '${tenantId}' AND seq = 1`);
    expect(await api.store.audit.firstBroken(tenantId)).toBe(1);
  });

  test.each(['UPDATE audit_entries SET outcome = outcome', 'DELETE FROM audit_entries', 'TRUNCATE audit_entries'])(
    'refuses %s from the app role, the dispatcher role and the superuser',
    async (statement) => {
      await fill(1);
      const { workerStore, store } = api;
      for (const { connection } of [store, workerStore]) {
        const client = connection.newClient('test');
        await client.connect();
        try {
          await client.query(`SELECT set_config('app.tenant', '${tenantId}', false)`);
          await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
        } finally {
          await client.end();
        }
      }
      await expect(asOwner(api.ownerUrl, statement)).rejects.toThrow('audit entries are never changed');
      expect(await api.store.audit.firstBroken(tenantId)).toBeNull();
    },
  );

  test('refuses an entry of the app role that does not come by its function', async () => {
    const forged = asOwner(
      api.appUrl,
      `INSERT INTO audit_entries SELECT '${tenantId}', 1, '', '', '', '', '', '', '', '', '', ''`,
    );
    await expect(forged).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the list', () => {
  test('comes newest first in pages that follow one another without a gap, while entries are added', async () => {
    await fill(25);
    const seqs: number[] = [];
    let cursor: string | null = null;
    do {
      const { items, nextCursor }: Awaited<ReturnType<typeof page>> = await page(
        `?limit=10&objectId=slide-1${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seqs.push(...items.map(({ seq }) => seq));
      cursor = nextCursor;
      await fill(1);
    } while (cursor !== null);
    expect(seqs).toEqual([23, 20, 17, 14, 11, 8, 5, 2]);
    const { items } = await page('?limit=2');
    expect((await page(`?limit=2&cursor=${items[1]?.seq}`)).items[0]?.seq).toBe((items[1]?.seq ?? 0) - 1);
  });

  test('is filtered by object, actor, action and time', async () => {
    await fill(4);
    await admin(paths.models);
    expect((await page('?objectId=slide-0')).items.map(({ seq }) => seq)).toEqual([4, 1]);
    expect((await page('?actor=a')).items).toHaveLength(4);
    const own = (await page(`?actor=${actorId}`)).items;
    expect(new Set(own.map(({ action }) => action))).toEqual(new Set(['listAudit', 'listModels']));
    const [models] = (await page('?action=listModels')).items;
    expect(models).toMatchObject({ objectType: 'models', outcome: 'asked', actorId });
    const at = String(models?.at);
    // Instants are asked for to the millisecond.
    const from = new Date(at).toISOString();
    const to = new Date(new Date(at).getTime() + 1).toISOString();
    expect((await page(`?from=${from}&to=${to}&action=listModels`)).items).toHaveLength(1);
    expect((await page(`?to=${from}&action=listModels`)).items).toHaveLength(0);
    expect((await page(`?from=${to}&action=listModels`)).items).toHaveLength(0);
    expect((await admin(`${paths.audit}?from=yesterday`)).status).toBe(400);
  });

  test('shows nothing of another laboratory, nor of the installation', async () => {
    await fill(3);
    const { key } = await makeKey(api.store, { roles: ['lab-admin'] });
    const { key: operator } = await makeKey(api.store, { roles: ['operator'] });
    for (const secret of [key, operator]) {
      const text = await (await asker(api.url, secret)(`${paths.audit}?actor=a`)).text();
      expect(JSON.parse(text)).toEqual({ items: [], nextCursor: null });
    }
    await asker(api.url, operator)(paths.tenants);
    expect((await page('?action=listTenants')).items).toEqual([]);
    const own = (await (await asker(api.url, operator)(`${paths.audit}?action=listTenants`)).json()) as object;
    expect(AuditPage.parse(own).items.length).toBeGreaterThan(0);
  });

  test('is for those who may read it: not a viewer', async () => {
    const { key } = await makeKey(api.store, { roles: ['viewer'], tenantId: DEFAULT_TENANT_ID });
    for (const path of [paths.audit, paths.auditVerification, paths.auditNdjson, paths.auditFhir])
      expect((await asker(api.url, key)(path)).status).toBe(403);
  });
});

describe('the export', () => {
  test('holds 2,500 entries in order, whose chain anyone can compute', async () => {
    await fill(2500);
    const entries = await lines();
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 2501 }, (_, i) => i + 1));
    let before: Uint8Array = new Uint8Array(32);
    for (const { seq, hash, ...e } of entries) {
      const fields = [String(seq), e.at, e.actorKind, e.actorId, e.actorName, e.action, e.objectType];
      // Postgres writes an array's elements with a space between.
      const text = `[${[...fields, e.objectId, e.outcome, e.requestId].map((field) => JSON.stringify(field)).join(', ')}]`;
      const own = createHash('sha256').update(before).update(text).digest();
      expect(own.toString('hex')).toBe(hash);
      before = own;
    }
  });

  test('is filtered as the list is', async () => {
    await fill(30);
    expect((await lines('?objectId=slide-2')).map(({ seq }) => seq)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
    expect(await lines('?objectId=none')).toEqual([]);
  });

  test('as FHIR is a Bundle that the R4 schema takes, with an AuditEvent for each entry', async () => {
    await fill(3);
    await admin(paths.keys, 'POST', { name: 'x', roles: ['operator'] });
    const response = await admin(paths.auditFhir);
    expect(response.headers.get('content-type')).toContain('application/fhir+json');
    const bundle = (await response.json()) as { entry: { fullUrl: string; resource: { resourceType: string } }[] };
    expect(faultsOf(bundle)).toEqual([]);
    expect(bundle.entry.map(({ resource }) => resource.resourceType)).toEqual(Array(6).fill('AuditEvent'));
    expect(new Set(bundle.entry.map(({ fullUrl }) => fullUrl)).size).toBe(6);
    const none = (await (await admin(`${paths.auditFhir}?objectId=none`)).json()) as object;
    expect(faultsOf(none)).toEqual([]);
    expect(none).not.toHaveProperty('entry');
  });
});
