/** An administrator's errands in a real browser against the real API, where only keys open anything. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BundleManifest } from '@gigascope/contracts';
import { paths, type Session } from '@gigascope/contracts/http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import metastasis from '../../models/metastasis/model.json' with { type: 'json' };
import { asker, makeKey } from '../support/access.ts';
import { callerWith, enterReadSlide } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { TENANT_A } from '../support/store-samples.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';
import { openPage, PATIENCE_MS, SCREENSHOTS } from './browser.ts';
import { buildPage } from './built-page.ts';

const MODEL_FOLDER = fileURLToPath(new URL('../../models/metastasis', import.meta.url));

describe('the administration', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let receiver: WebhookReceiver;
  let api: RunningApi;
  let page: Page;
  let complaints: string[];
  let modelId: string;
  let made: string;

  beforeAll(async () => {
    await buildPage();
    receiver = resources.use(await WebhookReceiver.start());
    api = resources.use(await startApi({}, 'keys', {}, { allowedHosts: new Set([receiver.host]) }));
    modelId = (await api.store.models.register(BundleManifest.parse(metastasis), 'c'.repeat(64), MODEL_FOLDER)).id;
    const admin = await callerWith(api, 'lab-admin');
    for (const [label, score] of [
      ['tumour', 0.9],
      ['tumour', 0.4],
      ['normal', 0.6],
      ['normal', 0.1],
    ] as const) {
      const { slideId } = await enterReadSlide(api, score);
      await admin.ask('PUT', paths.truth(slideId), { label });
    }
    ({ page, complaints } = resources.use(await openPage(api.url)));
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  const signIn = async (key: string): Promise<void> => {
    await page.getByLabel('Key', { exact: true }).fill(key);
    await page.getByRole('button', { name: 'Sign in with a key' }).click();
  };
  const shoot = async (name: string): Promise<void> => {
    for (const light of ['light', 'dark'] as const) {
      await page.evaluate((chosen) => {
        document.documentElement.dataset['light'] = chosen;
      }, light);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${light}.png`) });
    }
  };

  it('signs in with a key and lands on the page that was asked for', async () => {
    await page.goto(`${api.url}/#/admin/keys`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await shoot('sign-in');
    await signIn((await makeKey(api.store, { roles: ['lab-admin'] })).key);
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
  });

  it('makes a key that is shown once and works, and that opens nothing once it is revoked', async () => {
    await page.getByLabel('Name').fill('scanner 3');
    await page.getByRole('button', { name: 'Make the key' }).click();
    made = await page.getByLabel('scanner 3', { exact: true }).inputValue();
    const scanner = asker(api.url, made);
    expect((await scanner(paths.slides)).status).toBe(200);
    await shoot('key-once');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: 'Revoke scanner 3' }).waitFor();
    expect(await page.content()).not.toContain(made);
    await shoot('keys');
    await page.getByRole('button', { name: 'Revoke scanner 3' }).click();
    await page
      .getByRole('row', { name: /scanner 3/ })
      .getByText('Ended')
      .waitFor();
    expect((await scanner(paths.slides)).status).toBe(401);
  });

  it('finds both in the audit, whose chain is whole', async () => {
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('cell', { name: 'revokeKey' }).first().waitFor();
    await page.getByRole('cell', { name: 'createKey' }).first().waitFor();
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await page.getByText('Every entry is as it was written.').waitFor();
    await shoot('audit');
  });

  it('makes a webhook, turns it off and on, tries it, and changes where and of what it is called', async () => {
    await page.goto(`${api.url}/#/admin/webhooks`);
    const form = page.getByRole('form', { name: 'Add a webhook' });
    const [first, second] = [`http://${receiver.host}/first`, `http://${receiver.host}/second`];
    await form.getByLabel('Address').fill(first);
    await form.getByLabel('analysis.succeeded').check();
    await form.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const webhook = (url: string) => page.getByRole('region', { name: url });
    await webhook(first).getByRole('button', { name: 'Turn off' }).click();
    await webhook(first).getByText('Turned off here. Nothing is called.').waitFor();
    await shoot('webhook-off');
    await webhook(first).getByRole('button', { name: 'Turn on' }).click();
    await webhook(first).getByText('Turned off here.').waitFor({ state: 'detached' });
    await webhook(first).getByRole('button', { name: 'Change' }).click();
    // Where nobody may be called.
    await webhook(first).getByLabel('Address').fill('http://10.0.0.1/');
    await webhook(first).getByRole('button', { name: 'Save' }).click();
    await webhook(first).getByText('WEBHOOK_ADDRESS_REFUSED').waitFor();
    await webhook(first).getByLabel('Address').fill(second);
    await webhook(first).getByLabel('analysis.succeeded').uncheck();
    await webhook(first).getByLabel('review.signed').check();
    await shoot('webhook-edit');
    await webhook(first).getByRole('button', { name: 'Save' }).click();
    await webhook(second).getByText('review.signed').waitFor();
    await webhook(second).getByRole('button', { name: 'Try it' }).click();
    await webhook(second)
      .getByText(/^Answered with 204 /)
      .waitFor();
    expect(receiver.calls.map(({ path }) => path)).toEqual(['/second']);
    expect(await api.store.webhooks.list(TENANT_A)).toMatchObject([
      { url: second, events: ['review.signed'], disabledAt: null },
    ]);
  });

  it('says so in Korean too, and forgets a change that is not saved', async () => {
    const language = page.locator('.preferences select').first();
    await language.selectOption('ko');
    const webhook = page.getByRole('region', { name: `http://${receiver.host}/second` });
    await webhook.getByRole('button', { name: '변경' }).click();
    await webhook.getByLabel('설명').fill('지워질 글');
    await webhook.getByRole('button', { name: '그대로 두기' }).click();
    await webhook.getByRole('button', { name: '끄기' }).click();
    await webhook.getByText('여기에서 껐습니다. 아무것도 호출하지 않습니다.').waitFor();
    expect(await webhook.textContent()).not.toContain('지워질 글');
    await shoot('webhook-korean');
    await language.selectOption('en');
    await webhook.getByRole('button', { name: 'Turn on' }).waitFor();
  });

  it('shows a model with its card', async () => {
    await page.goto(`${api.url}/#/models/${modelId}`);
    await page.getByRole('heading', { name: 'Measured on real patches' }).waitFor();
    await page.getByRole('row', { name: /AUC, leave one cluster out 0\.908 0\.895 – 0\.919/ }).waitFor();
    await shoot('model');
  });

  it('draws the ROC curve of 4 slides, 3 of 4 pairs right, with a table behind it', async () => {
    const sample = (await api.store.models.findByName('sample'))?.id;
    await page.goto(`${api.url}/#/evaluation/${sample}`);
    await page.getByText('AUC 0.750').waitFor();
    await page.locator('.plot-curve').first().waitFor({ state: 'attached' });
    await shoot('evaluation');
  });

  it('an operator opens a laboratory and makes its first key, with which its administrator signs in', async () => {
    await page.context().clearCookies();
    await page.goto(`${api.url}/#/admin/laboratories`);
    await page.reload();
    await signIn((await makeKey(api.store, { roles: ['operator'] })).key);
    const adding = page.getByRole('form', { name: 'Add a laboratory' });
    await adding.getByLabel('Name', { exact: true }).fill('North');
    await adding.getByRole('button', { name: 'Add' }).click();
    await page.getByText('Make a key of North').click();
    await page.locator('.preferences select').first().selectOption('ko');
    const korean = page.getByRole('form', { name: 'North의 키 만들기' });
    expect(await korean.getByLabel('역할').inputValue()).toBe('lab-admin');
    await shoot('first-key-korean');
    await page.locator('.preferences select').first().selectOption('en');
    const making = page.getByRole('form', { name: 'Make a key of North' });
    await making.getByLabel('Name').fill('first');
    await making.getByRole('button', { name: 'Make the key' }).click();
    const key = await page.getByLabel('first', { exact: true }).inputValue();
    await shoot('first-key');
    const session = (await (await asker(api.url, key)(paths.session)).json()) as Session;
    expect(session).toMatchObject({ laboratory: { name: 'North' }, principal: { name: 'first' } });
    expect(session.permissions).toContain('keys:manage');
    // It is of North alone.
    expect(await (await asker(api.url, key)(paths.slides)).json()).toMatchObject({ items: [] });
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain(key);
  });

  it('signed out from elsewhere, asks to sign in and goes back to where one was; a viewer is offered no administration', async () => {
    await page.context().clearCookies();
    await page.goto(`${api.url}/#/models`);
    await page.reload();
    await signIn((await makeKey(api.store, { roles: ['viewer'] })).key);
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await page.goto(`${api.url}/#/admin`);
    await page.getByText('You may not see this page.').waitFor();
    expect(complaints.filter((text) => !/401|400|404|422/.test(text))).toEqual([]);
  });
});
