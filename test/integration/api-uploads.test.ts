/** Uploads by tus, PUT and POST. Longer than a file should be: every way is held against the same list of refusals on one installation. */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Role } from '@gigascope/contracts';
import { Problem, paths, Slide, SlidePage, Upload, UploadPage } from '@gigascope/contracts/http';
import { createConstantSlide } from '@gigascope/phantom';
import { DEFAULT_TENANT_ID, mintKey } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { tusUpload, uploadEnded } from '../support/tus-upload.ts';

const MAX_UPLOAD_BYTES = 4_000_000;
const EXPIRES_MS = 4_000;
const OFFSET_STREAM = 'application/offset+octet-stream';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let api: RunningApi;
let slide: Buffer<ArrayBuffer>;
let mine: Record<string, string>;
let viewers: Record<string, string>;
let theirs: Record<string, string>;

beforeAll(async () => {
  work = await temporaryFolder();
  const out = join(work.path, 'slide.svs');
  await createConstantSlide({ out, widthPx: 900, heightPx: 700, rgb: [190, 120, 170], format: 'aperio' });
  slide = await readFile(out);
  api = await startApi({ maxUploadBytes: MAX_UPLOAD_BYTES, uploadIdleMs: 3000, uploadExpiresMs: EXPIRES_MS }, 'keys');
  const { id: otherLaboratory } = await api.store.tenants.create('b', null);
  mine = await keyOf('uploader', DEFAULT_TENANT_ID);
  viewers = await keyOf('viewer', DEFAULT_TENANT_ID);
  theirs = await keyOf('uploader', otherLaboratory);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await work?.[Symbol.asyncDispose]();
});

async function keyOf(role: Role, tenantId: string): Promise<Record<string, string>> {
  const { key, hash, hint } = mintKey();
  const grant = { roles: [role], phi: false, onlyPermissions: null };
  await api.store.apiKeys.create(tenantId, { name: role, hash, hint, ...grant, createdBy: 'test', expiresAt: null });
  return { authorization: `Bearer ${key}` };
}

/** A slide that nobody uploaded yet: readers do not look behind its end. */
const freshSlide = (): Buffer<ArrayBuffer> => Buffer.concat([slide, randomBytes(32)]);
const hex = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');
const checksum = (algorithm: string, bytes: Uint8Array): string =>
  `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;
const encode = (metadata: Record<string, string>): string =>
  Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

function tusFetch(method: string, address: string, headers: Record<string, string> = {}, body?: Uint8Array) {
  return fetch(new URL(address, api.url), {
    method,
    headers: { 'tus-resumable': '1.0.0', ...mine, ...headers },
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
}

async function create(size: number, metadata: Record<string, string> = {}): Promise<string> {
  const described = encode({ filename: 'a.svs', ...metadata });
  const response = await tusFetch('POST', paths.uploads, { 'upload-length': `${size}`, 'upload-metadata': described });
  expect(response.status).toBe(201);
  return response.headers.get('location') ?? '';
}

function patch(address: string, offset: number, piece: Uint8Array, headers: Record<string, string> = {}) {
  return tusFetch('PATCH', address, { 'content-type': OFFSET_STREAM, 'upload-offset': `${offset}`, ...headers }, piece);
}

async function offsetOf(address: string): Promise<number> {
  const response = await tusFetch('HEAD', address);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return Number(response.headers.get('upload-offset'));
}

const ended = (address: string): Promise<Upload> => uploadEnded(new URL(address, api.url).href, mine);

async function problem(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = Problem.parse(await response.json());
  expect(body.status).toBe(response.status);
  expect(JSON.stringify(body)).not.toMatch(/errno|E[A-Z]{4,}:|gigascope-test/);
  return body;
}

async function files(): Promise<string[]> {
  const entries = await readdir(api.blobsFolder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
const drafts = async (): Promise<string[]> => (await files()).filter((path) => path.includes('/incoming/'));

const slideOf = async (upload: Upload): Promise<Slide> =>
  Slide.parse(await (await fetch(`${api.url}${paths.slide(upload.slideId ?? '')}`, { headers: mine })).json());

describe('a tus upload', () => {
  it('says what it speaks: 5 extensions, 3 checksums, the largest size', async () => {
    const { status, headers } = await fetch(`${api.url}${paths.uploads}`, { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers.get('tus-version')).toBe('1.0.0');
    expect(headers.get('tus-extension')).toBe('creation,creation-with-upload,expiration,termination,checksum');
    expect(headers.get('tus-checksum-algorithm')).toBe('sha256,sha1,md5');
    expect(headers.get('tus-max-size')).toBe(`${MAX_UPLOAD_BYTES}`);
  });

  it.each([
    ['in one piece', undefined],
    ['in pieces of 1000 bytes', 1000],
  ])('by the real client %s becomes a ready slide with its hash, and leaves no draft', async (_how, chunkSize) => {
    const bytes = freshSlide();
    const metadata = { sha256: hex('sha256', bytes), caseRef: 'C-26/1', patientRef: 'ps-77', blockRef: 'A3' };
    const size = chunkSize === undefined ? {} : { chunkSize };
    const filename = 'Gewächs "1"; é\u202e.SVS';
    const address = await tusUpload(api.url, bytes, bytes.length, { filename, metadata, headers: mine, ...size });
    const upload = await ended(address);
    expect(upload).toMatchObject({ state: 'ready', name: filename, receivedBytes: bytes.length, error: null });
    expect(upload.sha256).toBe(metadata.sha256);
    const made = await slideOf(upload);
    expect(made).toMatchObject({ state: 'ready', name: filename, sha256: metadata.sha256, sizeBytes: bytes.length });
    const row = await api.store.slides.get(DEFAULT_TENANT_ID, made.id);
    expect(row?.blobKey).toMatch(/^[0-9a-f-]{36}\/slide\.svs$/);
    expect((await readFile(api.blobs.path(row?.blobKey ?? ''))).equals(bytes)).toBe(true);
    const { caseRef, patientRef, blockRef } = metadata;
    expect(await api.store.uploads.get(DEFAULT_TENANT_ID, upload.id)).toMatchObject({ caseRef, patientRef, blockRef });
    expect(await drafts()).toEqual([]);
  });

  it('goes on where it stood after the line was cut in the middle of a piece', async () => {
    const bytes = freshSlide();
    const address = await create(bytes.length, { sha256: hex('sha256', bytes) });
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.write(
      `PATCH ${address} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nAuthorization: ${mine['authorization']}\r\n` +
        `Content-Type: ${OFFSET_STREAM}\r\nUpload-Offset: 0\r\nContent-Length: ${bytes.length}\r\n\r\n`,
    );
    socket.write(bytes.subarray(0, 2000));
    await expect
      .poll(async () => Upload.parse(await (await tusFetch('GET', address)).json()).receivedBytes, { timeout: 20_000 })
      .toBe(2000);
    socket.destroy();
    expect(await offsetOf(address)).toBe(2000);
    const rest = await patch(address, 2000, bytes.subarray(2000));
    expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, `${bytes.length}`]);
    expect(await ended(address)).toMatchObject({ state: 'ready' });
    // The client lost the last answer and asks again.
    expect(await offsetOf(address)).toBe(bytes.length);
  });

  it('frees itself from a piece whose line is dead within 5 s, and keeps what had arrived', async () => {
    const address = await create(slide.length);
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.write(
      `PATCH ${address} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nAuthorization: ${mine['authorization']}\r\n` +
        `Content-Type: ${OFFSET_STREAM}\r\nUpload-Offset: 0\r\nContent-Length: ${slide.length}\r\n\r\n`,
    );
    socket.write(slide.subarray(0, 100));
    await expect.poll(async () => Upload.parse(await (await tusFetch('GET', address)).json()).receivedBytes).toBe(100);
    expect(await offsetOf(address)).toBe(100);
    socket.destroy();
    expect((await tusFetch('DELETE', address)).status).toBe(204);
  });

  it('takes the first piece with the creation', async () => {
    const bytes = freshSlide();
    const response = await tusFetch(
      'POST',
      paths.uploads,
      {
        'content-type': OFFSET_STREAM,
        'upload-length': `${bytes.length}`,
        'upload-metadata': encode({ filename: 'b.svs' }),
        'upload-checksum': checksum('sha256', bytes.subarray(0, 500)),
      },
      bytes.subarray(0, 500),
    );
    expect([response.status, response.headers.get('upload-offset')]).toEqual([201, '500']);
    const expires = Date.parse(response.headers.get('upload-expires') ?? '');
    expect(expires).toBeGreaterThan(Date.now() - 1000);
    const address = response.headers.get('location') ?? '';
    expect((await patch(address, 500, bytes.subarray(500))).status).toBe(204);
    expect(await ended(address)).toMatchObject({ state: 'ready' });
  });

  it('of two pieces at once for the same place takes one: 204 and 409 or 423, and the hash is right', async () => {
    const bytes = freshSlide();
    const address = await create(bytes.length, { sha256: hex('sha256', bytes) });
    const answers = await Promise.all([patch(address, 0, bytes), patch(address, 0, bytes)]);
    const [first, second] = answers.map(({ status }) => status).toSorted();
    expect(first).toBe(204);
    expect([409, 423]).toContain(second);
    expect(await ended(address)).toMatchObject({ state: 'ready', sha256: hex('sha256', bytes) });
  });
});

describe('a checksum of a piece', () => {
  it.each(['sha256', 'sha1', 'md5'])(
    'by %s: a wrong one is 460 and the piece is taken back, the right one 204',
    async (by) => {
      const bytes = freshSlide();
      const address = await create(bytes.length);
      expect((await patch(address, 0, bytes.subarray(0, 1000))).status).toBe(204);
      const piece = bytes.subarray(1000);
      const wrong = await patch(address, 1000, piece, { 'upload-checksum': checksum(by, bytes) });
      expect(await problem(wrong)).toMatchObject({ status: 460, code: 'CHECKSUM_MISMATCH' });
      expect(await offsetOf(address)).toBe(1000);
      const right = await patch(address, 1000, piece, { 'upload-checksum': checksum(by, piece) });
      expect(right.status).toBe(204);
      expect(await ended(address)).toMatchObject({ state: 'ready', sha256: hex('sha256', bytes) });
    },
  );

  it('by crc32, and one that is no base64: 400, and nothing is written', async () => {
    const address = await create(10);
    for (const stated of ['crc32 AAAA', 'sha1 !', 'sha1', checksum('sha1', slide).replace('sha1', 'sha256')]) {
      const refused = await patch(address, 0, Buffer.alloc(10), { 'upload-checksum': stated });
      expect(await problem(refused)).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID' });
    }
    expect(await offsetOf(address)).toBe(0);
    expect((await tusFetch('DELETE', address)).status).toBe(204);
  });
});

describe('what is refused', () => {
  it('a whole-file hash that is not the file’s: rejected as DIGEST_MISMATCH, and no file stays', async () => {
    const before = await files();
    const bytes = freshSlide();
    const address = await create(bytes.length, { sha256: hex('sha256', slide) });
    expect((await patch(address, 0, bytes)).status).toBe(204);
    const upload = await ended(address);
    expect(upload).toMatchObject({ state: 'rejected', slideId: null, error: { code: 'DIGEST_MISMATCH' } });
    expect(await files()).toEqual(before);
  });

  it('a letter named .svs: rejected as FORMAT_UNSUPPORTED, which stays to be read, alone and in the list', async () => {
    const before = await files();
    const letter = Buffer.from(`Dear laboratory ${randomBytes(4).toString('hex')}\n`);
    const address = await create(letter.length);
    expect((await patch(address, 0, letter)).status).toBe(204);
    const upload = await ended(address);
    expect(upload).toMatchObject({ state: 'rejected', error: { code: 'FORMAT_UNSUPPORTED' } });
    expect(await files()).toEqual(before);
    const list = await fetch(`${api.url}${paths.uploads}?limit=1`, { headers: viewers });
    const page = UploadPage.parse(await list.json());
    expect(page.items).toEqual([upload]);
    const next = await fetch(`${api.url}${paths.uploads}?limit=1&cursor=${page.nextCursor}`, { headers: viewers });
    expect(UploadPage.parse(await next.json()).items[0]?.id).not.toBe(upload.id);
  });

  it('nothing: 0 bytes are rejected as FILE_TRUNCATED', async () => {
    expect(await ended(await create(0))).toMatchObject({ state: 'rejected', error: { code: 'FILE_TRUNCATED' } });
  });

  const described = { 'upload-metadata': encode({ filename: 'a.svs' }) };
  it.each([
    ['4,000,001 bytes', 413, 'UPLOAD_TOO_LARGE', { 'upload-length': '4000001', ...described }],
    ['a length that is none', 400, 'ARGUMENT_INVALID', { 'upload-length': '-1', ...described }],
    ['no length', 400, 'ARGUMENT_INVALID', { ...described }],
    ['a length to come', 400, 'ARGUMENT_INVALID', { 'upload-defer-length': '1', ...described }],
    ['parts to be joined', 400, 'ARGUMENT_INVALID', { 'upload-length': '1', 'upload-concat': 'partial', ...described }],
    ['no name', 400, 'ARGUMENT_INVALID', { 'upload-length': '1' }],
    ['metadata that is no base64', 400, 'ARGUMENT_INVALID', { 'upload-length': '1', 'upload-metadata': 'filename ä' }],
    [
      'a name with a NUL',
      400,
      'ARGUMENT_INVALID',
      { 'upload-length': '1', 'upload-metadata': encode({ filename: 'a\0' }) },
    ],
    [
      'a name of 4 kB',
      400,
      'ARGUMENT_INVALID',
      { 'upload-length': '1', 'upload-metadata': encode({ filename: 'ä'.repeat(2048) }) },
    ],
    [
      'a hash of 3 digits',
      400,
      'ARGUMENT_INVALID',
      { 'upload-length': '1', 'upload-metadata': encode({ filename: 'a', sha256: 'abc' }) },
    ],
    [
      'a case of 65 characters',
      400,
      'ARGUMENT_INVALID',
      { 'upload-length': '1', 'upload-metadata': encode({ filename: 'a', caseRef: 'c'.repeat(65) }) },
    ],
    ['another version', 412, 'UPLOAD_PROTOCOL', { 'upload-length': '1', 'tus-resumable': '0.2.2', ...described }],
  ])('a creation with %s: %i %s, and nothing is written', async (_what, status, code, headers) => {
    const before = await files();
    const refused = await tusFetch('POST', paths.uploads, headers);
    expect(await problem(refused)).toMatchObject({ status, code });
    expect(refused.headers.get('tus-resumable')).toBe('1.0.0');
    if (status === 412) expect(refused.headers.get('tus-version')).toBe('1.0.0');
    expect(await files()).toEqual(before);
  });

  it('a piece from elsewhere: 409; without a place: 400; of another type: 415; past the end: 413, not one byte', async () => {
    const address = await create(1000);
    expect(await problem(await patch(address, 1, Buffer.alloc(1)))).toMatchObject({ status: 409, code: 'CONFLICT' });
    const placeless = await tusFetch('PATCH', address, { 'content-type': OFFSET_STREAM }, Buffer.alloc(1));
    expect(await problem(placeless)).toMatchObject({ status: 400, code: 'ARGUMENT_INVALID' });
    const typed = await patch(address, 0, Buffer.alloc(1), { 'content-type': 'application/octet-stream' });
    expect(await problem(typed)).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' });
    expect(await problem(await patch(address, 0, Buffer.alloc(1001)))).toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
    expect(await offsetOf(address)).toBe(0);
    const endless = await fetch(new URL(address, api.url), {
      method: 'PATCH',
      headers: { 'tus-resumable': '1.0.0', ...mine, 'content-type': OFFSET_STREAM, 'upload-offset': '0' },
      body: new Blob([Buffer.alloc(1001)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await problem(endless)).toMatchObject({ status: 413, code: 'UPLOAD_TOO_LARGE' });
    expect(await offsetOf(address)).toBeLessThanOrEqual(1000);
    expect((await tusFetch('DELETE', address)).status).toBe(204);
  });

  it('another laboratory’s upload is 404 to look at, to send to and to delete; a viewer may not send', async () => {
    const address = await create(1000);
    const piece = { 'content-type': OFFSET_STREAM, 'upload-offset': '0' };
    const answers = [
      await tusFetch('HEAD', address, theirs),
      await tusFetch('GET', address, theirs),
      await tusFetch('PATCH', address, { ...piece, ...theirs }, Buffer.alloc(10)),
      await tusFetch('DELETE', address, theirs),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await tusFetch('GET', address, viewers)).status).toBe(200);
    expect((await tusFetch('HEAD', address, viewers)).status).toBe(403);
    expect((await tusFetch('PATCH', address, { ...piece, ...viewers }, Buffer.alloc(10))).status).toBe(403);
    expect((await tusFetch('HEAD', address, { authorization: '' })).status).toBe(401);
    const page = await fetch(`${api.url}${paths.uploads}`, { headers: theirs });
    expect(UploadPage.parse(await page.json()).items).toEqual([]);
    expect(await offsetOf(address)).toBe(0);
    expect((await tusFetch('DELETE', address)).status).toBe(204);
  });

  it.each(['abc', '..%2f..%2fetc%2fpasswd', '%00', 'C:%5C', '3f0c4e0e-7c7e-4d8c-9f62-0a8a5a6c1b2d'])(
    'an upload’s id that is none, %s: 400 or 404',
    async (id) => {
      for (const method of ['HEAD', 'GET', 'DELETE']) {
        expect([400, 404]).toContain((await tusFetch(method, `${paths.uploads}/${id}`)).status);
      }
    },
  );
});

describe('an upload that is not finished', () => {
  it('is gone when it is given up: 204, then 404, no draft, and listed as failed with CANCELED', async () => {
    const address = await create(1000);
    await patch(address, 0, Buffer.alloc(500));
    expect(await drafts()).toHaveLength(1);
    expect((await tusFetch('DELETE', address)).status).toBe(204);
    expect(await drafts()).toEqual([]);
    expect((await tusFetch('HEAD', address)).status).toBe(404);
    expect((await patch(address, 500, Buffer.alloc(500))).status).toBe(404);
    expect(await ended(address)).toMatchObject({ state: 'failed', error: { code: 'CANCELED' } });
  });

  it('is cleared away 4 s after its last piece: 410 UPLOAD_EXPIRED and no draft', async () => {
    const address = await create(1000);
    await patch(address, 0, Buffer.alloc(500));
    await expect.poll(drafts, { timeout: 20_000 }).toEqual([]);
    expect((await tusFetch('HEAD', address)).status).toBe(410);
    const late = await problem(await patch(address, 500, Buffer.alloc(500)));
    expect(late).toMatchObject({ status: 410, code: 'UPLOAD_EXPIRED' });
    expect(await ended(address)).toMatchObject({ state: 'failed', error: { code: 'UPLOAD_EXPIRED' } });
  });

  it('cannot be deleted once it is complete: 409', async () => {
    const bytes = freshSlide();
    const address = await create(bytes.length);
    await patch(address, 0, bytes);
    await ended(address);
    expect(await problem(await tusFetch('DELETE', address))).toMatchObject({ status: 409, code: 'CONFLICT' });
  });
});

describe('the same bytes', () => {
  const put = (name: string, content: Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${api.url}${paths.namedSlide(name)}`, { method: 'PUT', headers: { ...mine, ...headers }, body: content });
  const sent = (content: Uint8Array): string => `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;

  it('sent by PUT, by tus and by POST are one slide with 3 names: 201, then 200, and one blob', async () => {
    const bytes = freshSlide();
    const first = await put('first.svs', bytes, { 'repr-digest': sent(bytes) });
    expect(first.status).toBe(201);
    const made = Slide.parse(await first.json());
    const before = await files();
    const address = await tusUpload(api.url, bytes, bytes.length, { filename: 'second.svs', headers: mine });
    expect(await ended(address)).toMatchObject({ state: 'ready', slideId: made.id });
    const third = await fetch(`${api.url}${paths.slides}`, {
      method: 'POST',
      headers: { ...mine, 'content-type': 'application/octet-stream', 'x-slide-name': 'third.svs' },
      body: bytes,
    });
    expect(third.status).toBe(200);
    expect((await put('first.svs', bytes)).status).toBe(200);
    const { otherNames, ...same } = Slide.parse(await third.json());
    expect(same).toMatchObject({ id: made.id, name: 'first.svs', createdAt: made.createdAt });
    expect(otherNames).toEqual(['second.svs', 'third.svs']);
    expect(await files()).toEqual(before);
  });

  it('sent 4 times at once end as one row: one 201, three 200, one id', async () => {
    const bytes = freshSlide();
    const answers = await Promise.all([1, 2, 3, 4].map((n) => put(`at-once-${n}.svs`, bytes)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 201]);
    const slides = await Promise.all(answers.map(async (answer) => Slide.parse(await answer.json())));
    expect(new Set(slides.map(({ id }) => id)).size).toBe(1);
    const list = await fetch(`${api.url}${paths.slides}?limit=200`, { headers: mine });
    const rows = SlidePage.parse(await list.json()).items.filter(({ sha256 }) => sha256 === hex('sha256', bytes));
    expect(rows).toHaveLength(1);
    expect(new Set([rows[0]?.name, ...(rows[0]?.otherNames ?? [])]).size).toBe(4);
    expect(await drafts()).toEqual([]);
  });

  it('of another laboratory are another slide', async () => {
    const bytes = freshSlide();
    const [own, other] = [await put('a.svs', bytes), await put('a.svs', bytes, theirs)];
    expect([own.status, other.status]).toEqual([201, 201]);
    expect(Slide.parse(await own.json()).id).not.toBe(Slide.parse(await other.json()).id);
  });

  it('that are no slide are refused each time: 422 twice', async () => {
    const letter = Buffer.from(`Dear laboratory ${randomBytes(4).toString('hex')}`);
    for (const _ of [1, 2]) expect((await put('letter.svs', letter)).status).toBe(422);
  });

  it('keep a name of 255 characters in the path, and refuse one of 256, a wrong digest and a coded body', async () => {
    const name = `${'ä'.repeat(251)}.svs`;
    const taken = await put(name, freshSlide());
    expect([taken.status, Slide.parse(await taken.json()).name]).toEqual([201, name]);
    expect((await put(`ä${name}`, freshSlide())).status).toBe(400);
    expect((await put('a.svs', freshSlide(), { 'repr-digest': sent(slide) })).status).toBe(422);
    expect((await put('a.svs', freshSlide(), { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});
