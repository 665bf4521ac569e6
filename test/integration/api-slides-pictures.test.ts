import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssociatedImages, IiifInfo, Problem, paths, type Slide, SlideProperties } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { openSlide, readScaledRegion } from '@gigascope/tiling';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasSharedData, REAL_SLIDE, temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { keyFor, uploadFile } from '../support/slides-of-api.ts';

/** CMU-1-Small-Region: 2220 × 2967 px with label, macro and thumbnail. */
describe.runIf(hasSharedData)('the pictures and bytes of a real Aperio slide', () => {
  let api: RunningApi;
  let viewer: string;
  let doctor: string;
  let slide: Slide;
  let rgb: Buffer;

  beforeAll(async () => {
    api = await startApi({}, 'keys');
    viewer = await keyFor(api, 'viewer');
    doctor = await keyFor(api, 'reviewer', true);
    slide = await uploadFile(api, REAL_SLIDE, 'Jane Doe.svs', await keyFor(api, 'uploader'));
    await using reader = await openSlide(REAL_SLIDE);
    rgb = Buffer.from((await reader.readRegion({ level: 0, x: 0, y: 0, width: 2220, height: 2967 })).data);
  });
  afterAll(async () => {
    await api?.[Symbol.asyncDispose]();
  });

  /** Every body is read: a connection with one that is not keeps the API from closing for 72 s. */
  const ask = async (path: string, key = viewer, headers: Record<string, string> = {}, method = 'GET') => {
    const asked = { method, redirect: 'manual', headers: { authorization: `Bearer ${key}`, ...headers } } as const;
    const response = await fetch(`${api.url}${path}`, asked);
    const body = await response.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, response);
  };
  const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
  const iiif = (address: string): Promise<Response> => ask(`${paths.iiif(slide.id)}/${address}`);
  /** As raw pixels. */
  const pixels = async (response: Response) => {
    expect(response.status).toBe(200);
    return await sharp(await bytesOf(response))
      .raw()
      .toBuffer({ resolveWithObject: true });
  };
  const raw = () => sharp(rgb, { raw: { width: 2220, height: 2967, channels: 3 } });

  describe('IIIF', () => {
    test('the base address leads to info.json, which describes 2220 × 2967 px at level 2', async () => {
      const base = await ask(paths.iiif(slide.id));
      expect([base.status, base.headers.get('location')]).toEqual([303, paths.iiifInfo(slide.id)]);
      const response = await ask(paths.iiifInfo(slide.id));
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      const info = IiifInfo.parse(await response.json());
      expect(info).toMatchObject({
        width: 2220,
        height: 2967,
        profile: 'level2',
        id: `${api.url}${paths.iiif(slide.id)}`,
      });
      expect(info.tiles).toEqual([{ width: 512, scaleFactors: [1, 2, 4, 8] }]);
      const asked = { accept: 'application/ld+json' };
      const linked = await ask(paths.iiifInfo(slide.id), viewer, asked);
      expect(linked.headers.get('content-type')).toMatch(
        /^application\/ld\+json; ?profile="http:\/\/iiif.io\/api\/image\/3\/context.json"/,
      );
    });

    test('a region at its own size is the slide’s pixels, and in grey, black and white and turned those of them', async () => {
      const area = { left: 700, top: 811, width: 301, height: 123 };
      const address = '700,811,301,123/max';
      const at = async (rest: string) => pixels(await iiif(`${address}/${rest}`));
      const own = async (image: ReturnType<typeof raw>) => image.raw().toBuffer();
      const cut = await own(raw().extract(area));
      const again = () => sharp(cut, { raw: { width: 301, height: 123, channels: 3 } });
      expect((await at('0/default.png')).data.equals(cut)).toBe(true);
      expect((await at('0/color.png')).data.equals(cut)).toBe(true);
      expect((await at('180/default.png')).data.equals(await own(again().rotate(180)))).toBe(true);
      expect((await at('!0/default.png')).data.equals(await own(again().flop()))).toBe(true);
      const mirrored = { raw: { width: 301, height: 123, channels: 3 } } as const;
      for (const angle of [90, 270]) {
        const turned = await at(`${angle}/default.png`);
        expect([turned.info.width, turned.info.height]).toEqual([123, 301]);
        expect(turned.data.equals(await own(again().rotate(angle)))).toBe(true);
        const both = await at(`!${angle}/default.png`);
        expect(both.data.equals(await own(sharp(await own(again().flop()), mirrored).rotate(angle)))).toBe(true);
      }
      const grey = await bytesOf(await iiif(`${address}/0/gray.png`));
      expect(await sharp(grey).metadata()).toMatchObject({ channels: 1, width: 301, height: 123 });
      expect(new Set((await at('0/bitonal.png')).data)).toEqual(new Set([0, 255]));
    });

    test('a region at a third of its size is the region as the tiler scales it', async () => {
      await using reader = await openSlide(REAL_SLIDE);
      const rect = { x: 100, y: 200, width: 900, height: 600 };
      const expected = await readScaledRegion(reader, rect, { width: 300, height: 200 });
      const { data } = await pixels(await iiif('100,200,900,600/300,/0/default.png'));
      expect(data.equals(Buffer.from(expected.data))).toBe(true);
    });

    test.each([
      ['full/!256,256/0/default.jpg', 'image/jpeg', [192, 256]],
      ['square/^!3000,3000/0/default.jpg', 'image/jpeg', [2896, 2896]],
      ['2000,2900,500,500/max/90/default.webp', 'image/webp', [67, 220]],
      ['full/max/0/default.jpg', 'image/jpeg', [2220, 2967]],
    ])('%s is %s of %j px, with its canonical address', async (address, type, extent) => {
      const response = await iiif(address);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('link')).toMatch(/^<http:.*\/iiif\/.*>;rel="canonical"/);
      const { width, height } = await sharp(await bytesOf(response)).metadata();
      expect([width, height]).toEqual(extent);
    });

    test.each([
      ['full/3000,/0/default.jpg', 400, 'ARGUMENT_INVALID'],
      ['2220,0,10,10/max/0/default.jpg', 400, 'ARGUMENT_INVALID'],
      ['full/^9999,/0/default.jpg', 400, 'ARGUMENT_INVALID'],
      ['full/max/45/default.jpg', 501, 'FEATURE_UNSUPPORTED'],
      ['full/max/0/default.tif', 501, 'FEATURE_UNSUPPORTED'],
      ['99999999999,0,1,1/max/0/default.jpg', 400, 'ARGUMENT_INVALID'],
      ['full/max/0/default.jpg/', 404, 'NOT_FOUND'],
    ])('%s is %i %s', async (address, status, code) => {
      const response = await iiif(address);
      expect(response.status).toBe(status);
      expect(Problem.parse(await response.json()).code).toBe(code);
    });

    test('a viewer of another site may ask with a key, and the browser is told so before', async () => {
      const image = `${paths.iiif(slide.id)}/full/64,/0/default.jpg`;
      const before = await fetch(`${api.url}${image}`, {
        method: 'OPTIONS',
        headers: { origin: 'https://viewer.example' },
      });
      expect([before.status, before.headers.get('access-control-allow-headers')]).toEqual([204, 'authorization']);
      expect((await ask(image)).headers.get('access-control-allow-origin')).toBe('*');
      expect((await ask(paths.slide(slide.id))).headers.get('access-control-allow-origin')).toBeNull();
    });
  });

  test('a tile is 304 for who has it, by a tag of slide, address and quality', async () => {
    const address = paths.tile(slide.id, 12, 3, 4);
    const first = await ask(address);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toBe(`"${slide.sha256}-dz-12-3-4-q85"`);
    expect(first.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    const image = await bytesOf(first);
    const again = await ask(address, viewer, { 'if-none-match': `"other", W/${tag}` });
    expect([again.status, again.headers.get('etag'), (await bytesOf(again)).length]).toEqual([304, tag, 0]);
    expect((await bytesOf(await ask(address, viewer, { 'if-none-match': '"other"' }))).equals(image)).toBe(true);
    expect((await ask(paths.tile(slide.id, 12, 30, 4))).status).toBe(400);
    expect((await ask(address, viewer, { 'if-none-match': tag }, 'HEAD')).status).toBe(304);
  });

  test('the thumbnail is for all, label and macro are for phi:read alone, and who saw them is recorded', async () => {
    const { items } = AssociatedImages.parse(await (await ask(paths.associatedImages(slide.id))).json());
    expect(items.map(({ name, identifying }) => [name, identifying])).toEqual([
      ['label', true],
      ['macro', true],
      ['thumbnail', false],
    ]);
    const status = async (key: string) => Promise.all(items.map(async ({ url }) => (await ask(url, key)).status));
    expect(await status(viewer)).toEqual([403, 403, 200]);
    expect(await status(doctor)).toEqual([200, 200, 200]);
    const label = await ask(paths.associatedImage(slide.id, 'label'), doctor);
    expect(label.headers.get('cache-control')).toBe('private, no-store');
    expect(await sharp(await bytesOf(label)).metadata()).toMatchObject({ width: 387, height: 463 });
    expect((await ask(paths.associatedImage(slide.id, 'nothing'), doctor)).status).toBe(404);
    const entries = await api.store.audit.list(DEFAULT_TENANT_ID, { limit: 200, objectId: slide.id });
    expect(entries.filter(({ action }) => action === 'viewIdentifyingImage')).toHaveLength(3);
  });

  test('properties come without what identifies, and whole with phi:read', async () => {
    const clean = SlideProperties.parse(await (await ask(paths.properties(slide.id), doctor)).json());
    expect(clean.properties).toMatchObject({ 'aperio.AppMag': '20', 'openslide.vendor': 'aperio' });
    const told = JSON.stringify(clean);
    for (const text of ['CPAPERIOCS', 'Filename', 'CMU-1', '12/29/09', 'comment', 'User'])
      expect(told).not.toContain(text);
    expect((await ask(`${paths.properties(slide.id)}?identifying=true`)).status).toBe(403);
    const all = SlideProperties.parse(
      await (await ask(`${paths.properties(slide.id)}?identifying=true`, doctor)).json(),
    );
    expect(all.properties).toMatchObject({ 'aperio.Filename': 'CMU-1', 'aperio.ScanScope ID': 'CPAPERIOCS' });
    expect(Object.keys(all.properties).length).toBe(Object.keys(clean.properties).length + clean.removed);
  });

  test('the file itself needs phi:read and comes whole or in parts', async () => {
    const address = paths.download(slide.id);
    expect((await ask(address)).status).toBe(403);
    const whole = await ask(address, doctor);
    const hash = createHash('sha256')
      .update(await bytesOf(whole))
      .digest('hex');
    expect([hash, whole.headers.get('content-length')]).toEqual([slide.sha256, '1938955']);
    expect(whole.headers.get('content-disposition')).toContain("filename*=UTF-8''Jane%20Doe.svs");
    const part = await ask(address, doctor, { range: 'bytes=1000-1999' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 1000-1999/1938955']);
    expect((await bytesOf(part)).equals((await readFile(REAL_SLIDE)).subarray(1000, 2000))).toBe(true);
    expect((await ask(address, doctor, { range: 'bytes=1938955-' })).status).toBe(416);
    const other = await ask(address, doctor, { range: 'bytes=0-9', 'if-range': '"another"' });
    expect([other.status, (await bytesOf(other)).length]).toEqual([200, 1_938_955]);
  });

  test('a de-identified copy has the same pixels, no label, no macro, no name, and parts of it fit', async () => {
    const address = `${paths.download(slide.id)}?deidentified=true`;
    const response = await ask(address);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${slide.id}.svs"`);
    const copy = await bytesOf(response);
    expect(String(copy.length)).toBe(response.headers.get('content-length'));
    for (const text of ['CPAPERIOCS', 'CMU-1', '12/29/09', '09:59:15', 'Jane Doe', 'label 387x463', 'macro 1280x431'])
      expect(copy.includes(text), text).toBe(false);
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'copy.svs');
    await writeFile(path, copy);
    await using reader = await openSlide(path, { pixels: 'openslide' });
    expect(reader.metadata.associatedImages).toEqual([]);
    const { data } = await reader.readRegion({ level: 0, x: 0, y: 0, width: 2220, height: 2967 });
    expect(Buffer.from(data).equals(rgb)).toBe(true);
    const part = await ask(address, viewer, { range: 'bytes=1270000-' });
    expect(part.status).toBe(206);
    expect((await bytesOf(part)).equals(copy.subarray(1_270_000))).toBe(true);
  });
});
