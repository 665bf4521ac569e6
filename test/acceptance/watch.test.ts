import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths, type Slide, SlidePage, UploadPage } from '@gigascope/contracts/http';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runJson, startCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { miraxFiles, writeFiles } from '../support/mirax-set.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

let api: RunningApi;
let work: Awaited<ReturnType<typeof temporaryFolder>>;
const inWork = (...names: string[]): string => join(work.path, ...names);
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  work = await temporaryFolder();
});
afterEach(() => work[Symbol.asyncDispose]());

let painted = 0;

/** A tiled TIFF with a pyramid; each another. */
function tiff(side = 600): Promise<Buffer> {
  const background = { r: 200, g: 100, b: 40 + painted++ };
  const image = sharp({ create: { width: side, height: side, channels: 3, background } });
  return image.tiff({ tile: true, pyramid: true, compression: 'none', xres: 2000, yres: 2000 }).toBuffer();
}

const watch = (...more: string[]): string[] => ['watch', work.path, '--url', api.url, '--settle', '0.4', ...more];

async function slides(): Promise<readonly Slide[]> {
  return SlidePage.parse(await (await fetch(`${api.url}${paths.slides}?limit=100`)).json()).items;
}

const named = async (name: string): Promise<readonly Slide[]> =>
  (await slides()).filter((slide) => slide.name === name);

it('a slide is taken to done/, a text is moved to refused/ with its reason, and a second look finds nothing', async () => {
  await writeFile(inWork('a.tif'), await tiff());
  await writeFile(inWork('notes.txt'), 'not a slide');
  const { code, json } = await runJson(watch('--once'));
  expect(json).toMatchObject({
    accepted: [{ name: 'a.tif' }],
    refused: [{ name: 'notes.txt', code: 'FORMAT_UNSUPPORTED' }],
    left: [],
  });
  expect(code).toBe(1);
  expect(await readdir(inWork('done'))).toEqual(['a.tif']);
  expect((await readdir(inWork('refused'))).toSorted()).toEqual(['notes.txt', 'notes.txt.reason.txt']);
  expect(await readFile(inWork('refused', 'notes.txt.reason.txt'), 'utf8')).toMatch(/^FORMAT_UNSUPPORTED: .*text/);
  expect(await named('a.tif')).toMatchObject([{ state: 'ready' }]);
  const again = await runJson(watch('--once'));
  expect(again).toEqual({ code: 0, json: { accepted: [], refused: [], left: [] } });
});

it('a file that grows for 1.5 s is not taken before it is whole', async () => {
  const bytes = await tiff();
  const command = startCommand(watch());
  const piece = Math.ceil(bytes.length / 10);
  for (let at = 0; at < bytes.length; at += piece) {
    await appendFile(inWork('grows.tif'), bytes.subarray(at, at + piece));
    await sleep(150);
  }
  await expect.poll(() => existsSync(inWork('done', 'grows.tif')), { timeout: 20_000 }).toBe(true);
  command.kill('SIGTERM');
  await once(command, 'close');
  const uploads = UploadPage.parse(await (await fetch(`${api.url}${paths.uploads}`)).json()).items;
  expect(uploads.filter(({ name }) => name === 'grows.tif')).toMatchObject([
    { state: 'ready', receivedBytes: bytes.length },
  ]);
});

it('killed in the middle of 60 MB and run again, it goes on: one upload, one slide', async () => {
  const bytes = await tiff(3900);
  await writeFile(inWork('large.tif'), bytes);
  const own = async () =>
    UploadPage.parse(await (await fetch(`${api.url}${paths.uploads}`)).json()).items.filter(
      ({ name }) => name === 'large.tif',
    );
  const command = startCommand(watch());
  await expect.poll(() => existsSync(inWork('.gigascope-watch', 'uploads.json')), { timeout: 20_000 }).toBe(true);
  command.kill('SIGKILL');
  await once(command, 'close');
  const { json } = await runJson(watch('--once'));
  expect(json).toMatchObject({ accepted: [{ name: 'large.tif' }], left: [] });
  expect(await own()).toMatchObject([{ state: 'ready', receivedBytes: bytes.length }]);
  expect(await named('large.tif')).toHaveLength(1);
});

it('a .mrxs waits for its folder and goes with it; a folder with one goes as one', async () => {
  const image = (value: number) => ({ width: 256, height: 256, data: new Uint8Array(256 * 256 * 3).fill(value) });
  const files = await miraxFiles(image(120), 'm');
  await writeFile(inWork('m.mrxs'), files.get('m.mrxs') ?? '');
  expect((await runJson(watch('--once'))).json).toMatchObject({ accepted: [], refused: [] });
  await writeFiles(work.path, files);
  await mkdir(inWork('box'));
  await writeFiles(inWork('box'), await miraxFiles(image(140), 'n'));
  const { code, json } = await runJson(watch('--once'));
  expect({ code, json }).toMatchObject({ code: 0, json: { accepted: [{ name: 'm.mrxs' }, { name: 'box' }] } });
  expect((await readdir(inWork('done'))).toSorted()).toEqual(['box', 'm', 'm.mrxs']);
  expect(await named('m.mrxs.zip')).toMatchObject([{ fileCount: 4, metadata: { vendor: 'mirax' } }]);
  expect(await readdir(inWork('.gigascope-watch'))).toEqual(['uploads.json']);
});

it('with nobody at the address a slide is left where it is, and the command fails', async () => {
  await writeFile(inWork('a.tif'), await tiff());
  const { code, json } = await runJson([
    'watch',
    work.path,
    '--url',
    'http://127.0.0.1:9',
    '--settle',
    '0.2',
    '--once',
  ]);
  expect({ code, json }).toMatchObject({ code: 1, json: { accepted: [], refused: [], left: ['a.tif'] } });
}, 60_000);
