/** Resumable uploads against the API's death and a full disk. */

import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, paths, Slide, SlidePage } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiHome, openApiHome } from '../support/api-process.ts';
import { largeSlide, uploadThroughKills } from '../support/killed-upload.ts';
import { uploadEnded } from '../support/tus-upload.ts';

const MB = 1_000_000;
const SIZE = 200 * MB;
const TUS = { 'tus-resumable': '1.0.0' };
const PIECE = { ...TUS, 'content-type': 'application/offset+octet-stream' };

let home: ApiHome;
beforeAll(async () => {
  home = await openApiHome();
});
afterAll(() => home?.[Symbol.asyncDispose]());

async function files(folder = home.blobsFolder): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const create = (url: string, size: number, filename = 'a.svs'): Promise<Response> =>
  fetch(`${url}${paths.uploads}`, {
    method: 'POST',
    headers: {
      ...TUS,
      'upload-length': `${size}`,
      'upload-metadata': `filename ${Buffer.from(filename).toString('base64')}`,
    },
  });

describe('the API’s process, killed with kill -9', () => {
  it('twice while a tus client sends 200 MB: the hash is right, one slide, no draft; HEAD told what was on the disk', async () => {
    const path = await largeSlide(home.folder, SIZE, (chunk) => randomFillSync(chunk));
    const sha256 = createHash('sha256');
    await pipeline(createReadStream(path), sha256);
    const { upload, offsets, url } = await uploadThroughKills(home, path, SIZE, [0.3 * SIZE, 0.7 * SIZE]);
    expect(offsets).toHaveLength(2);
    for (const offset of offsets) expect(offset).toBeGreaterThan(0);
    expect(offsets[1]).toBeGreaterThanOrEqual(offsets[0] ?? 0);
    expect(upload).toMatchObject({ state: 'ready', receivedBytes: SIZE, sha256: sha256.digest('hex') });
    const { items } = SlidePage.parse(await (await fetch(url + paths.slides)).json());
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: upload.slideId, sizeBytes: SIZE, sha256: upload.sha256, state: 'ready' });
    expect((await files()).filter((file) => file.includes('/incoming/'))).toEqual([]);
    await rm(path);
  });

  it('in the middle of a piece with a checksum: the piece is taken back, for nobody compared it', async () => {
    const first = await home.start();
    const { port } = new URL(first.url);
    const address = (await create(first.url, 10 * MB)).headers.get('location') ?? '';
    const whole = Buffer.alloc(MB, 1);
    const send = await fetch(first.url + address, {
      method: 'PATCH',
      headers: { ...PIECE, 'upload-offset': '0' },
      body: whole,
    });
    expect(send.status).toBe(204);
    const checksum = `sha1 ${Buffer.alloc(20).toString('base64')}`;
    const cut = request(first.url + address, {
      method: 'PATCH',
      headers: { ...PIECE, 'upload-offset': MB, 'upload-checksum': checksum, 'content-length': 9 * MB },
    }).on('error', () => {});
    cut.write(Buffer.alloc(2 * MB, 2));
    await expect.poll(home.draftBytes, { timeout: 20_000 }).toBe(3 * MB);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const { url, child } = await home.start({ PORT: port });
    const head = await fetch(url + address, { method: 'HEAD', headers: TUS });
    expect([head.status, head.headers.get('upload-offset')]).toEqual([200, `${MB}`]);
    expect((await fetch(url + address, { method: 'DELETE', headers: TUS })).status).toBe(204);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('between the last byte and the check: the work is taken up at the next start', async () => {
    const path = await largeSlide(home.folder, 60 * MB, (chunk) => randomFillSync(chunk));
    const bytes = await readFile(path);
    const first = await home.start();
    const address = (await create(first.url, bytes.length)).headers.get('location') ?? '';
    const sent = await fetch(first.url + address, {
      method: 'PATCH',
      headers: { ...PIECE, 'upload-offset': '0' },
      body: bytes,
    });
    expect(sent.status).toBe(204);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const id = address.split('/').at(-1) ?? '';
    const left = await home.store.uploads.get(DEFAULT_TENANT_ID, id);
    expect(['received', 'verified']).toContain(left?.state);
    const { url, child } = await home.start();
    const upload = await uploadEnded(url + address);
    expect(upload).toMatchObject({ state: 'ready', sha256: createHash('sha256').update(bytes).digest('hex') });
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});

describe('a disk of 24 MB', () => {
  let disk: string;
  beforeAll(async () => {
    disk = join(home.folder, 'small-disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
  });
  afterAll(() => execFileSync('umount', [disk]));

  it('refuses 64 MB before a byte; filled within a piece answers 507 without errno; goes on when there is room', async () => {
    const { url, child } = await home.start({ GIGASCOPE_BLOBS: join(disk, 'blobs') });
    const refused = await create(url, 64 * MB);
    expect(Problem.parse(await refused.json())).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
    expect(await files(disk)).toEqual([]);

    const bytes = await readFile(await largeSlide(home.folder, 10 * MB, (chunk) => randomFillSync(chunk)));
    const address = (await create(url, bytes.length)).headers.get('location') ?? '';
    const piece = request(url + address, {
      method: 'PATCH',
      headers: { ...PIECE, 'upload-offset': 0, 'content-length': bytes.length },
    }).on('error', () => {});
    const answered = once(piece, 'response');
    piece.write(bytes.subarray(0, 2 * MB));
    await expect.poll(() => offsetNow(url, address), { timeout: 20_000 }).toBe(2 * MB);
    await fillDisk(join(disk, 'filler'));
    piece.end(bytes.subarray(2 * MB));
    const [response] = await answered;
    const body = await text(response);
    expect(Problem.parse(JSON.parse(body))).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
    expect(body).not.toMatch(/ENOSPC|errno|small-disk/i);
    expect((await fetch(url + paths.health)).status).toBe(200);

    await rm(join(disk, 'filler'));
    const head = await fetch(url + address, { method: 'HEAD', headers: TUS });
    const offset = Number(head.headers.get('upload-offset'));
    expect(offset).toBeGreaterThanOrEqual(2 * MB);
    const rest = await fetch(url + address, {
      method: 'PATCH',
      headers: { ...PIECE, 'upload-offset': `${offset}` },
      body: bytes.subarray(offset),
    });
    expect(rest.status).toBe(204);
    const upload = await uploadEnded(url + address);
    expect(upload).toMatchObject({ state: 'ready', sha256: createHash('sha256').update(bytes).digest('hex') });
    const slide = Slide.parse(await (await fetch(url + paths.slide(upload.slideId ?? ''))).json());
    expect(slide.sizeBytes).toBe(bytes.length);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});

async function offsetNow(url: string, address: string): Promise<number> {
  await sleep(50);
  return ((await (await fetch(url + address)).json()) as { receivedBytes: number }).receivedBytes;
}

/** Takes all room on the disk. */
async function fillDisk(path: string): Promise<void> {
  for (let bytes = 2 ** 20; bytes >= 4096; ) {
    try {
      await writeFile(path, Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      bytes /= 2;
    }
  }
}
