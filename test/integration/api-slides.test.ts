import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeepZoomDescriptor, Problem, paths, Slide, SlidePage } from '@gigascope/contracts/http';
import { createConstantSlide } from '@gigascope/phantom';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

const RGB = [190, 120, 170] as const;
const MAX_UPLOAD_BYTES = 4_000_000;

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let api: RunningApi;
let bytes: Buffer<ArrayBuffer>;

beforeAll(async () => {
  work = await temporaryFolder();
  const out = join(work.path, 'slide.svs');
  await createConstantSlide({ out, widthPx: 900, heightPx: 700, rgb: RGB, format: 'aperio' });
  bytes = await readFile(out);
  api = await startApi({ maxUploadBytes: MAX_UPLOAD_BYTES, uploadIdleMs: 3000 });
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await work?.[Symbol.asyncDispose]();
});

const at = (path: string): string => `${api.url}${path}`;
const reprDigest = (content: Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;

function upload(
  content: Buffer<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(at(paths.slides), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-slide-name': 'slide.svs', ...headers },
    body: content,
    ...(content instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
}

async function problem(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = Problem.parse(await response.json());
  expect(body.status).toBe(response.status);
  return body;
}

/** Every file of a slide, whole or not. */
async function storedFiles(): Promise<string[]> {
  const entries = await readdir(api.blobsFolder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('uploading a slide', () => {
  it('answers 201 with a ready slide of 900 × 700 px, its SHA-256 and a name of our own on disk', async () => {
    const response = await upload(bytes, { 'repr-digest': reprDigest(bytes), 'x-slide-name': 'Gew%C3%A4chs%201.SVS' });
    expect(response.status).toBe(201);
    const slide = Slide.parse(await response.json());
    expect(slide).toMatchObject({ name: 'Gewächs 1.SVS', state: 'ready', sizeBytes: bytes.length, error: null });
    expect(slide.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(slide.metadata).toMatchObject({ vendor: 'aperio', widthL0: 900, heightL0: 700 });
    expect(slide.metadata).not.toHaveProperty('properties');
    expect(response.headers.get('location')).toBe(paths.slide(slide.id));
    const row = await api.store.slides.get(DEFAULT_TENANT_ID, slide.id);
    expect(row?.blobKey).toMatch(/^[0-9a-f-]{36}\/slide\.svs$/);
    expect((await readFile(api.blobs.path(row?.blobKey ?? ''))).equals(bytes)).toBe(true);
    expect(Slide.parse(await (await fetch(at(paths.slide(slide.id)))).json())).toEqual(slide);
  });

  it('takes the first file of a form, with the name it has there', async () => {
    // The same bytes would be the slide of before.
    const other = Buffer.concat([bytes, Buffer.alloc(16)]);
    const form = new FormData();
    form.append('file', new Blob([other]), 'from-a-form.svs');
    const response = await fetch(at(paths.slides), {
      method: 'POST',
      body: form,
      headers: { digest: reprDigest(other).replace(/:/g, '').replace('sha-256=', 'SHA-256=') },
    });
    expect(response.status).toBe(201);
    expect(Slide.parse(await response.json())).toMatchObject({ name: 'from-a-form.svs', sizeBytes: other.length });
  });

  it('lists slides newest first in pages of 1', async () => {
    const first = SlidePage.parse(await (await fetch(at(`${paths.slides}?limit=1`))).json());
    expect(first.items).toHaveLength(1);
    const next = await fetch(at(`${paths.slides}?limit=1&cursor=${first.nextCursor}`));
    const second = SlidePage.parse(await next.json());
    expect(second.items[0]?.createdAt.localeCompare(first.items[0]?.createdAt ?? '')).toBe(-1);
  });
});

describe('what is refused leaves no file', () => {
  const cut = (): Buffer<ArrayBuffer> => bytes.subarray(0, Math.floor(bytes.length / 2));
  it.each([
    ['a wrong digest', 422, 'DIGEST_MISMATCH', () => upload(bytes, { 'repr-digest': reprDigest(Buffer.from('x')) })],
    ['a digest that is none', 400, 'ARGUMENT_INVALID', () => upload(bytes, { 'repr-digest': 'sha-256=:AAAA:' })],
    ['text named .svs', 422, 'FORMAT_UNSUPPORTED', () => upload(Buffer.from('Dear laboratory, it is on its way.\n'))],
    ['half a slide', 422, 'FILE_TRUNCATED', () => upload(cut())],
    ['nothing', 422, 'FILE_TRUNCATED', () => upload(Buffer.alloc(0))],
    ['an announced 4,000,001 bytes', 413, 'UPLOAD_TOO_LARGE', () => upload(Buffer.alloc(MAX_UPLOAD_BYTES + 1))],
    [
      '4,000,001 bytes in chunks',
      413,
      'UPLOAD_TOO_LARGE',
      () => upload(new Blob([Buffer.alloc(MAX_UPLOAD_BYTES + 1)]).stream()),
    ],
    ['no name', 400, 'ARGUMENT_INVALID', () => upload(bytes, { 'x-slide-name': '' })],
    ['a name of 4 kB', 400, 'ARGUMENT_INVALID', () => upload(bytes, { 'x-slide-name': '%C3%A4'.repeat(683) })],
    ['a gzip body', 415, 'MEDIA_TYPE_UNSUPPORTED', () => upload(bytes, { 'content-encoding': 'gzip' })],
    ['a body of another type', 415, 'MEDIA_TYPE_UNSUPPORTED', () => upload(bytes, { 'content-type': 'image/tiff' })],
  ])('%s: %i %s', async (_what, status, code, send) => {
    const before = await storedFiles();
    const refused = await problem(await send());
    expect(refused).toMatchObject({ status, code });
    expect(refused.title).toMatch(/^[A-Z].*\.$/);
    expect(JSON.stringify(refused)).not.toContain(work.path.slice(0, 9));
    expect(await storedFiles()).toEqual(before);
  });

  it('an upload that stalls for 3 s: 408 REQUEST_TIMEOUT', async () => {
    const before = await storedFiles();
    const stalled = new ReadableStream({ start: (line) => line.enqueue(new Uint8Array(1000)) });
    expect(await problem(await upload(stalled))).toMatchObject({ code: 'REQUEST_TIMEOUT', status: 408 });
    expect(await storedFiles()).toEqual(before);
  });

  it('an upload whose line is cut after 100,000 of 1,000,000 announced bytes', async () => {
    const before = await storedFiles();
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST ${paths.slides} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n` +
        'X-Slide-Name: cut.svs\r\nContent-Length: 1000000\r\n\r\n',
    );
    socket.write(Buffer.alloc(100_000));
    await expect.poll(async () => (await storedFiles()).length, { timeout: 20_000 }).toBe(before.length + 1);
    socket.destroy();
    await expect.poll(storedFiles, { timeout: 20_000 }).toEqual(before);
  });

  it('a file that is no slide is in the list as rejected, with the reason', async () => {
    await upload(Buffer.from('Dear laboratory\n'), { 'x-slide-name': 'letter.svs' });
    const { items } = SlidePage.parse(await (await fetch(at(`${paths.slides}?limit=1`))).json());
    expect(items[0]).toMatchObject({ name: 'letter.svs', state: 'rejected', error: { code: 'FORMAT_UNSUPPORTED' } });
    const tile = await fetch(at(paths.tile(items[0]?.id ?? '', 0, 0, 0)));
    expect(await problem(tile)).toMatchObject({ status: 409, code: 'SLIDE_NOT_READY' });
  });
});

describe('viewing a slide', () => {
  let id: string;
  beforeAll(async () => {
    id = Slide.parse(await (await upload(bytes)).json()).id;
  });

  it('describes a Deep Zoom image of 900 × 700 px in tiles of 254 px with 1 px overlap', async () => {
    const { Image } = DeepZoomDescriptor.parse(await (await fetch(at(paths.dzi(id)))).json());
    expect(Image).toMatchObject({ Url: paths.tiles(id), TileSize: 254, Overlap: 1, Format: 'jpg' });
    expect(Image.Size).toEqual({ Width: 900, Height: 700 });
  });

  it.each([
    // 900 × 700 needs ceil(log2 900) = 10 halvings; 4 columns of 254 make 900, the last is 900 − 3 · 254 + 1 overlap.
    ['the first at full size', 10, 0, 0, 255, 255],
    ['an inner one', 10, 1, 1, 256, 256],
    ['the last at full size', 10, 3, 2, 139, 193],
    ['half size', 9, 1, 1, 197, 97],
    ['one pixel', 0, 0, 0, 1, 1],
  ])(
    'serves %s: dzLevel %i, %i_%i is %i × %i px of the slide’s colour',
    async (_what, dzLevel, col, row, width, height) => {
      const response = await fetch(at(paths.tile(id, dzLevel, col, row)));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      const { data, info } = await sharp(await response.arrayBuffer())
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([width, height]);
      for (let channel = 0; channel < 3; channel++) {
        expect(Math.abs((data[channel] as number) - (RGB[channel] as number))).toBeLessThanOrEqual(4);
      }
    },
  );

  it('serves a thumbnail of 900 × 700 px', async () => {
    const { width, height } = await sharp(await (await fetch(at(paths.thumbnail(id)))).arrayBuffer()).metadata();
    expect([width, height]).toEqual([900, 700]);
  });

  it.each([
    ['level 99', 400, 'LEVEL_OUT_OF_RANGE', () => paths.tile(id, 99, 0, 0)],
    ['column 1e9', 400, 'LEVEL_OUT_OF_RANGE', () => paths.tile(id, 10, 1e9, 0)],
    ['row 999999999999999', 400, 'LEVEL_OUT_OF_RANGE', () => paths.tile(id, 10, 0, 999999999999999)],
    ['column -1', 400, 'ARGUMENT_INVALID', () => paths.tile(id, 10, -1, 0)],
    ['column 1e300', 400, 'ARGUMENT_INVALID', () => paths.tile(id, 10, '1e300', 0)],
    ['another format', 400, 'ARGUMENT_INVALID', () => paths.tile(id, 10, 0, 0).replace('jpg', 'png')],
    ['a level that is no number', 400, 'ARGUMENT_INVALID', () => paths.tile(id, 'x', 0, 0)],
  ])('refuses a tile of %s: %i %s', async (_what, status, code, path) => {
    expect(await problem(await fetch(at(path())))).toMatchObject({ status, code });
  });

  it('answers a tile again after the reader’s process was killed', async () => {
    const [pid] = api.views.pids;
    expect(pid).toBeGreaterThan(0);
    process.kill(pid as number, 'SIGKILL');
    expect((await fetch(at(paths.tile(id, 10, 2, 1)))).status).toBe(200);
    expect(api.views.pids).not.toContain(pid);
  });

  it('answers 1 + 8 of 40 regions asked for at once and refuses the others with 503 BUSY and Retry-After', async () => {
    // Each another: a tile that was shown comes out of memory.
    const region = (x: number) => fetch(at(`${paths.iiif(id)}/${x},0,600,600/max/0/default.png`));
    const answers = await Promise.all(Array.from({ length: 40 }, (_, x) => region(x)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(9);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(await problem(refused[0] as Response)).toMatchObject({ code: 'BUSY' });
  });

  it('forgets the waiting regions of 8 requests that were aborted', async () => {
    const abort = new AbortController();
    const asked = Array.from({ length: 8 }, (_, x) =>
      fetch(at(`${paths.iiif(id)}/${x},1,600,600/max/0/default.png`), { signal: abort.signal }),
    );
    abort.abort();
    await Promise.allSettled(asked);
    await expect.poll(() => api.views.waiting, { timeout: 20_000 }).toBe(0);
    await sleep(50);
    expect((await fetch(at(paths.tile(id, 10, 0, 0)))).status).toBe(200);
  });
});

describe('ids and addresses that are none', () => {
  it.each([
    ['an id that is no UUID', '/api/v1/slides/abc', 400],
    ['a path upwards, encoded', '/api/v1/slides/..%2f..%2fetc%2fpasswd', 400],
    ['a NUL', '/api/v1/slides/%00', 400],
    ['a drive', '/api/v1/slides/C:%5C', 400],
    ['4 kB of UTF-8', `/api/v1/slides/${'%C3%A4'.repeat(683)}`, 404],
    ['a broken escape', '/api/v1/slides/%zz', 400],
    ['a UUID of nobody', '/api/v1/slides/3f0c4e0e-7c7e-4d8c-9f62-0a8a5a6c1b2d', 404],
    ['no route', '/api/v2/slides', 404],
    ['a cursor that is no id', '/api/v1/slides?cursor=x', 400],
    ['a page of 0', '/api/v1/slides?limit=0', 400],
  ])('%s: %s → %i as problem+json', async (_what, path, status) => {
    const refused = await problem(await fetch(at(path)));
    expect(refused.status).toBe(status);
    expect(refused.instance).toMatch(/^[0-9a-f-]{36}$/);
  });
});
