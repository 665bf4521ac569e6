/** Tiles passed on as they lie in the slide's file: whose they are, that they are the slide's, and when they end. */
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Permission } from '@gigascope/contracts';
import { NativeDescriptor, Problem, paths, type Slide } from '@gigascope/contracts/http';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { DEFAULT_TENANT_ID, mintKey } from '@gigascope/store';
import { openSlide } from '@gigascope/tiling';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { decoded } from '../support/native-pixels.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { keyFor, uploadFile } from '../support/slides-of-api.ts';
import { drawTiles, fieldsOf, type JpegSlide, writeSlide } from '../unit/tiling/tiled-jpeg/jpeg-slide.ts';

const resources = new AsyncDisposableStack();
let api: RunningApi;
let key: string;
let folder: string;
let phantom: string;
let slide: Slide;
beforeAll(async () => {
  api = resources.use(await startApi({}, 'keys'));
  key = await keyFor(api, 'lab-admin');
  folder = resources.use(await temporaryFolder()).path;
  phantom = join(folder, 'phantom.svs');
  await paintMetastasisPhantom({
    seed: 7,
    widthPx: 1400,
    heightPx: 1200,
    format: 'aperio',
    tileSizePx: 256,
    out: phantom,
  });
  slide = await uploadFile(api, phantom, 'phantom.svs', key);
});
afterAll(() => resources.disposeAsync());

const ask = (path: string, headers: Record<string, string> = {}, as = key): Promise<Response> =>
  fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${as}`, ...headers } });
const descriptorOf = async (id: string) => NativeDescriptor.parse(await (await ask(paths.native(id))).json());
const codeOf = async (response: Response): Promise<string> => Problem.parse(await response.json()).code;
const keyOf = async (tenantId: string, onlyPermissions: Permission[] | null): Promise<string> => {
  const { key: secret, hash, hint } = mintKey();
  const grant = { roles: ['lab-admin' as const], phi: false, onlyPermissions, createdBy: 'test', expiresAt: null };
  await api.store.apiKeys.create(tenantId, { name: 'narrow', hash, hint, ...grant });
  return secret;
};
const remove = (id: string): Promise<Response> =>
  fetch(`${api.url}${paths.slide(id)}`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } });

async function enter(name: string, made: JpegSlide): Promise<Slide> {
  const path = join(folder, name);
  await writeFile(path, writeSlide(made, [fieldsOf(made)]));
  return await uploadFile(api, path, name, key);
}

describe('a slide of JPEG tiles', () => {
  test('has its levels in the descriptor, and each tile of each level is OpenSlide’s, pixel for pixel', async () => {
    await using oracle = await openSlide(phantom, { pixels: 'openslide' });
    const { levels } = await descriptorOf(slide.id);
    const sizes = oracle.metadata.levels.map(({ widthPx, heightPx }) => [widthPx, heightPx]);
    expect(levels.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual(sizes);
    expect(levels[0]).toMatchObject({ tileWidthPx: 256, tileHeightPx: 256, columns: 6, rows: 5 });
    for (const [index, { columns, rows, widthPx, heightPx }] of levels.entries()) {
      for (let row = 0; row < rows; row++) {
        for (let col = 0; col < columns; col++) {
          const response = await ask(paths.nativeTile(slide.id, index, col, row));
          expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
          const [x, y] = [col * 256, row * 256];
          const [width, height] = [Math.min(256, widthPx - x), Math.min(256, heightPx - y)];
          const { data } = await oracle.readRegion({ level: index, x, y, width, height });
          const pixels = await decoded(new Uint8Array(await response.arrayBuffer()), width, height);
          expect(Buffer.compare(pixels, data), `${index}/${col}_${row}`).toBe(0);
        }
      }
    }
  });

  test('keeps answering while its reader’s process is gone: no process is asked for a tile', async () => {
    await ask(paths.nativeTile(slide.id, 0, 0, 0));
    const { pids } = api.views;
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    expect((await ask(paths.nativeTile(slide.id, 0, 1, 1))).status).toBe(200);
    expect(api.views.pids).toEqual(pids);
  });

  test('is kept by the browser for a year, and a client that has a tile is told so', async () => {
    const first = await ask(paths.nativeTile(slide.id, 0, 2, 1));
    expect(first.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    const again = await ask(paths.nativeTile(slide.id, 0, 2, 1), { 'if-none-match': first.headers.get('etag') ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test.each([
    ['level 9', 'LEVEL_OUT_OF_RANGE', () => paths.nativeTile(slide.id, 9, 0, 0)],
    ['column 6', 'LEVEL_OUT_OF_RANGE', () => paths.nativeTile(slide.id, 0, 6, 0)],
    ['row 999999999999999', 'LEVEL_OUT_OF_RANGE', () => paths.nativeTile(slide.id, 0, 0, 999999999999999)],
    ['column -1', 'ARGUMENT_INVALID', () => paths.nativeTile(slide.id, 0, -1, 0)],
  ])('has no tile at %s: 400 %s', async (_where, code, path) => {
    const refused = await ask(path());
    expect([refused.status, await codeOf(refused)]).toEqual([400, code]);
  });

  test('shows nothing without a key, without slides:read or to another laboratory', async () => {
    const path = paths.nativeTile(slide.id, 0, 0, 0);
    await ask(path);
    expect((await fetch(`${api.url}${path}`)).status).toBe(401);
    const { id: other } = await api.store.tenants.create('other', null);
    expect((await ask(path, {}, await keyOf(DEFAULT_TENANT_ID, ['models:read']))).status).toBe(403);
    expect((await ask(path, {}, await keyOf(other, null))).status).toBe(404);
  });
});

describe('what is not plain', () => {
  test('a progressive tile is decoded by the reader and cut off at the border, its neighbours are passed on', async () => {
    const [progressive] = await drawTiles(1, 64, { progressive: true });
    const tiles = (await drawTiles(4, 64)).with(1, progressive as Uint8Array);
    const { id } = await enter('progressive.tif', { widthPx: 100, heightPx: 90, tilePx: 64, tiles });
    const sizes = [0, 1].map(async (col) => {
      const jpeg = await (await ask(paths.nativeTile(id, 0, col, 0))).arrayBuffer();
      const { width, height } = await sharp(jpeg).metadata();
      return [width, height];
    });
    expect(await Promise.all(sizes)).toEqual([
      [64, 64],
      [36, 64],
    ]);
  });

  test('a tile whose end was lost on disk is refused, its neighbours are passed on', async () => {
    const tiles = await drawTiles(4, 64, { quality: 80 });
    const { id } = await enter('lost.tif', { widthPx: 100, heightPx: 90, tilePx: 64, tiles });
    const row = await api.store.slides.get(DEFAULT_TENANT_ID, id);
    const path = api.blobs.path(row?.blobKey ?? '');
    const file = await readFile(path);
    const [, second] = tiles as [Uint8Array, Uint8Array];
    file.fill(0, file.indexOf(second) + second.length - 8, file.indexOf(second) + second.length);
    await writeFile(path, file);
    const answers = [0, 1].map(async (col) => (await ask(paths.nativeTile(id, 0, col, 0))).status);
    expect(await Promise.all(answers)).toEqual([200, 422]);
  });
});

describe('a slide that was deleted', () => {
  const open = async (): Promise<number> => {
    const links = await readdir('/proc/self/fd');
    const targets = await Promise.all(links.map((link) => readlink(`/proc/self/fd/${link}`).catch(() => '')));
    return targets.filter((target) => target.startsWith(api.blobsFolder)).length;
  };

  test('is shown to nobody any more, although it was remembered', async () => {
    const { id } = await enter('gone.tif', { widthPx: 128, heightPx: 64, tilePx: 64, tiles: await drawTiles(2, 64) });
    const path = paths.nativeTile(id, 0, 1, 0);
    expect((await ask(path)).status).toBe(200);
    expect(await open()).toBeGreaterThan(0);
    expect((await remove(id)).status).toBe(200);
    await expect.poll(async () => (await ask(path)).status, { timeout: 5000 }).toBe(404);
    expect((await ask(paths.tile(id, 7, 0, 0))).status).toBe(404);
  });

  test('by another process, which says so by NOTIFY only, is forgotten too', async () => {
    const { id } = await enter('other.tif', { widthPx: 64, heightPx: 64, tilePx: 64, tiles: await drawTiles(1, 64) });
    const path = paths.nativeTile(id, 0, 0, 0);
    expect((await ask(path)).status).toBe(200);
    await asOwner(api.ownerUrl, `UPDATE slides SET state = 'rejected' WHERE tenant_id = $1 AND id = $2`, [
      DEFAULT_TENANT_ID,
      id,
    ]);
    await expect.poll(async () => (await ask(path)).status, { timeout: 5000 }).toBe(409);
  });
});
