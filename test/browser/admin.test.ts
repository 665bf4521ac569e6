/** An administrator's errands in a real browser against the real API, where only keys open anything. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BundleManifest } from '@gigascope/contracts';
import { paths } from '@gigascope/contracts/http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import metastasis from '../../models/metastasis/model.json' with { type: 'json' };
import { asker, makeKey } from '../support/access.ts';
import { callerWith, enterReadSlide } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { openPage, PATIENCE_MS, SCREENSHOTS } from './browser.ts';
import { buildPage } from './built-page.ts';

const MODEL_FOLDER = fileURLToPath(new URL('../../models/metastasis', import.meta.url));

describe('the administration', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let api: RunningApi;
  let page: Page;
  let complaints: string[];
  let modelId: string;
  let made: string;

  beforeAll(async () => {
    await buildPage();
    api = resources.use(await startApi({}, 'keys'));
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
    expect(await page.locator('.plot-curve').count()).toBeGreaterThan(0);
    await shoot('evaluation');
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
    expect(complaints.filter((text) => !/401|400|404/.test(text))).toEqual([]);
  });
});
