/** A pathologist reads a slide with the keyboard, against the real API and Postgres; and what can go wrong meanwhile. */

import { paths } from '@gigascope/contracts/http';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, makeKey } from '../support/access.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { openPage, PATIENCE_MS, pixels } from './browser.ts';
import { buildPage } from './built-page.ts';
import { makeSlide } from './findings-scene.ts';
import { enterLesions, ownReview, signIn } from './review-scene.ts';

describe('a review', { timeout: PATIENCE_MS }, () => {
  const resources = new AsyncDisposableStack();
  let api: RunningApi;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  let analysisId: string;
  let slideUrl: string;
  let first: string;
  let second: string;
  let last: string;

  beforeAll(async () => {
    await buildPage();
    const folder = resources.use(await temporaryFolder());
    api = resources.use(await startApi({}, 'keys'));
    const key = async (role: 'lab-admin' | 'reviewer' | 'adjudicator') =>
      (await makeKey(api.store, { roles: [role] })).key;
    [first, second, last] = [await key('reviewer'), await key('reviewer'), await key('adjudicator')];
    const slide = await makeSlide(api, folder.path, 'node.tif', await key('lab-admin'));
    analysisId = await enterLesions(api, slide);
    slideUrl = `${api.url}/#/slides/${slide.id}`;
    ({ page, complaints } = resources.use(await openPage(api.url)));
    page.setDefaultTimeout(60_000);
    context = page.context();
    await page.goto(slideUrl);
    await signIn(page, first);
    await page.locator('.viewer[data-ready=true]').waitFor();
  }, PATIENCE_MS);
  afterAll(() => resources.disposeAsync(), PATIENCE_MS);

  const saved = (of = page) => of.locator('.save-line').getByText('All saved').waitFor();
  const review = () => ownReview(api.url, first, analysisId);
  const chosen = (of = page) => of.locator('.mark[aria-pressed=true]').getAttribute('aria-label');
  const decisions = async () =>
    Object.fromEntries((await review()).content?.decisions.map(({ key, decision }) => [key, decision]) ?? []);

  async function clickSlide(dx: number, dy: number): Promise<void> {
    const box = await page.locator('.viewer-stage').boundingBox();
    if (!box) throw new Error('no slide on the page');
    await page.mouse.click(box.x + box.width * dx, box.y + box.height * dy);
  }

  it('is walked through with the keyboard: accepted, rejected with a reason, added, and how sure one is', async () => {
    await page.getByRole('button', { name: 'Start the review' }).click();
    await saved();
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('n');
    await expect.poll(() => chosen()).toMatch(/^Lesion 1,/);
    await page.keyboard.press('y');
    await expect.poll(() => chosen()).toMatch(/^Lesion 2,/);
    await page.keyboard.press('x');
    await page.getByRole('button', { name: '2 Benign' }).waitFor();
    await pixels(page, 'review-reasons.png');
    await page.keyboard.press('2');
    await expect.poll(() => chosen()).toMatch(/^Lesion 3,/);
    await page.keyboard.press('0');
    await page.keyboard.press('t');
    await page.getByText('Click where the lesion is.').waitFor();
    await page.waitForTimeout(800);
    await clickSlide(0.5, 0.5);
    await page.locator('.mark[data-state=added]').waitFor();
    await page.keyboard.press('4');
    await saved();
    await expect.poll(async () => (await review()).content?.confidence).toBe('probably-tumour');
    await pixels(page, 'review.png');
    const { content } = await review();
    const [added] = content?.decisions.filter(({ key }) => key.startsWith('added-')) ?? [];
    if (added?.decision.verdict !== 'added' || added.decision.shape.kind !== 'point')
      throw new Error('nothing was added');
    // The slide was shown whole, and the click was in its middle.
    expect(Math.abs(added.decision.shape.xL0 - 1500)).toBeLessThan(15);
    expect(Math.abs(added.decision.shape.yL0 - 1200)).toBeLessThan(15);
    expect(await decisions()).toEqual({
      'lesion-1': { verdict: 'accept', note: '' },
      'lesion-2': { verdict: 'reject', reason: 'benign', note: '' },
      [added.key]: added.decision,
    });
  });

  it('takes back and makes again, moves, draws an outline, and takes notes', async () => {
    await page.keyboard.press('u');
    await page.keyboard.press('u');
    await expect.poll(() => page.locator('.mark[data-state=added]').count()).toBe(0);
    await page.keyboard.press('Shift+U');
    await page.keyboard.press('Control+y');
    await page.locator('.mark[data-state=added]').waitFor();
    await page.keyboard.press('p');
    await page.keyboard.press('n');
    await page.keyboard.press('n');
    await page.keyboard.press('m');
    await page.waitForTimeout(800);
    await clickSlide(0.55, 0.5);
    await page.locator('.mark[data-state=moved]').waitFor();
    await page.keyboard.press('e');
    await page.keyboard.type('one cell to the right');
    await page.keyboard.press('Enter');
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('g');
    for (const [x, y] of [
      [0.4, 0.4],
      [0.6, 0.4],
      [0.5, 0.6],
    ] as const) {
      await clickSlide(x, y);
      await page.waitForTimeout(400);
    }
    await page.keyboard.press('Enter');
    await page.locator('.added').getByText('Added 2').waitFor();
    await pixels(page, 'review-outline.png');
    await saved();
    const made = Object.values(await decisions());
    expect(made.find(({ verdict }) => verdict === 'moved')?.note).toBe('one cell to the right');
    const ring = made.find((each) => each.verdict === 'added' && each.shape.kind === 'polygon');
    expect(ring?.verdict === 'added' && ring.shape.kind === 'polygon' && ring.shape.ringL0.length).toBe(6);
  });

  it('keeps every change while the network is lost, and sends them when it is back', async () => {
    await context.setOffline(true);
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('5');
    await page.getByLabel(/^Comment on the slide/).fill('seen without a network');
    await page.getByText('No connection: 2 changes are kept in this browser').waitFor();
    await pixels(page, 'review-offline.png');
    expect((await review()).content?.confidence).toBe('probably-tumour');
    await context.setOffline(false);
    await saved();
    const { content } = await review();
    expect([content?.confidence, content?.comment]).toEqual(['definitely-tumour', 'seen without a network']);
  });

  it('outlives an expired session: what was said meanwhile is sent after signing in', async () => {
    await context.clearCookies();
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('3');
    await page.getByRole('button', { name: 'Sign in with a key' }).waitFor();
    await signIn(page, first);
    await page.locator('.viewer[data-ready=true]').waitFor();
    await saved();
    expect((await review()).content?.confidence).toBe('equivocal');
  });

  it('refuses another window’s change politely, names what both changed, and lets the reader settle it', async () => {
    const other = await context.newPage();
    await other.goto(slideUrl);
    await other.locator('.viewer[data-ready=true]').waitFor();
    await saved(other);
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('4');
    await saved();
    await expect.poll(async () => (await review()).content?.confidence).toBe('probably-tumour');
    await other.locator('.openseadragon-canvas').first().focus();
    await other.keyboard.press('1');
    await other.getByText('This review was changed in another window.').waitFor();
    await other.getByText('Both changed: Confidence.').waitFor();
    await pixels(other, 'review-conflict.png');
    expect((await review()).content?.confidence).toBe('probably-tumour');
    await other.getByRole('button', { name: 'Apply mine on top' }).click();
    await saved(other);
    expect((await review()).content?.confidence).toBe('definitely-normal');
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('5');
    await page.getByRole('button', { name: 'Load theirs' }).click();
    await saved();
    await expect.poll(() => page.getByLabel(/Surely normal/).isChecked()).toBe(true);
    await other.close();
  });

  it('asks once before it is signed off, is frozen then, and is amended with a reason', async () => {
    await page.locator('.openseadragon-canvas').first().focus();
    await page.keyboard.press('Shift+S');
    await page.getByText('It is frozen by it').waitFor();
    await pixels(page, 'review-sign.png');
    await page.keyboard.press('Enter');
    await page.getByText(/^Signed off /).waitFor();
    const signed = await review();
    expect([signed.state, signed.content?.confidence]).toEqual(['signed', 'definitely-normal']);
    expect(signed.content?.readingMs).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Amend' }).click();
    await page.getByLabel('Why is it amended?').fill('the wrong slide');
    await page.getByRole('button', { name: 'Open a new edition' }).click();
    await page.getByText('Edition 2').waitFor();
    expect([(await review()).edition, (await review()).state]).toEqual([2, 'open']);
    await page.getByText('History').click();
    await page.getByText('amended it: the wrong slide').waitFor();
    await page.keyboard.press('Shift+S');
    await page.getByRole('button', { name: 'Sign off', exact: true }).click();
    await page.getByText(/^Signed off /).waitFor();
  });

  it('hides the first reading from a second reader until theirs is signed', async () => {
    const { page: theirs } = resources.use(await openPage(api.url));
    theirs.setDefaultTimeout(60_000);
    await theirs.goto(slideUrl);
    await signIn(theirs, second);
    await theirs.locator('.viewer[data-ready=true]').waitFor();
    await theirs.getByRole('button', { name: 'Start the review' }).click();
    await saved(theirs);
    await theirs.getByText('Second reading').waitFor();
    await theirs.getByText('hidden until you have signed off').waitFor();
    const id = (await review()).id;
    const seen = (await (await asker(api.url, second)(paths.review(id))).json()) as { content: unknown };
    expect(seen.content).toBe(null);
    await theirs.locator('.openseadragon-canvas').first().focus();
    await theirs.keyboard.press('n');
    await theirs.keyboard.press('y');
    await theirs.keyboard.press('y');
    await theirs.keyboard.press('5');
    await saved(theirs);
    await theirs.keyboard.press('Shift+S');
    await theirs.getByRole('button', { name: 'Sign off', exact: true }).click();
    await theirs.getByText(/^Signed off /).waitFor();
    await theirs.getByRole('button', { name: 'Show', exact: true }).click();
    await theirs.getByText('Surely normal; 2 accepted, 1 rejected, 2 added.').waitFor();
  });

  it('is settled by an adjudicator, who sees both side by side', async () => {
    const { page: theirs } = resources.use(await openPage(api.url));
    theirs.setDefaultTimeout(60_000);
    await theirs.goto(slideUrl);
    await signIn(theirs, last);
    await theirs.getByText('Adjudication', { exact: true }).click();
    await theirs.getByText('rejected: Benign').waitFor();
    await theirs.getByText(/^Agreement 50/).waitFor();
    await theirs.getByRole('button', { name: 'Open an adjudication' }).click();
    await saved(theirs);
    await pixels(theirs, 'review-adjudication.png');
  });

  it('logged no error but those of the network that was taken away and of answers that refused', () => {
    const others = complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|status of (?:401|412)/.test(text));
    expect(others).toEqual([]);
  });
});
