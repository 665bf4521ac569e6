import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Problem, paths, Slide } from '@gigascope/contracts/http';
import { createConstantSlide } from '@gigascope/phantom';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiHome, openApiHome, paddedSlide, peakMemoryBytes, uploadStream } from '../support/api-process.ts';

const MEGABYTE = 1_000_000;

let home: ApiHome;
let slide: Buffer<ArrayBuffer>;

beforeAll(async () => {
  home = await openApiHome();
  const out = join(home.folder, 'slide.svs');
  await createConstantSlide({ out, widthPx: 900, heightPx: 700, rgb: [190, 120, 170], format: 'aperio' });
  slide = await readFile(out);
});
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
});

async function files(folder = home.blobsFolder): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('the API’s process', () => {
  it('takes 200 MB with under 300 MB of memory, and serves its tiles', async () => {
    const { child, url } = await home.start();
    const response = await uploadStream(url, paddedSlide(slide, 200 * MEGABYTE));
    const accepted = Slide.parse(await response.json());
    expect(accepted).toMatchObject({ state: 'ready', sizeBytes: 200 * MEGABYTE });
    expect((await fetch(`${url}${paths.tile(accepted.id, 10, 0, 0)}`)).status).toBe(200);
    expect(await peakMemoryBytes(child.pid ?? 0)).toBeLessThan(300 * MEGABYTE);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with code 0 on %s', async (signal) => {
    const { child, url } = await home.start();
    expect((await fetch(`${url}${paths.ready}`)).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with code 0 when its parent’s line closes', async () => {
    const { child } = await home.start();
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('leaves nothing of an upload during which it was killed: no file after the next start, the upload failed', async () => {
    const before = await files();
    const { child, url } = await home.start();
    const sent = request(`${url}${paths.slides}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'x-slide-name': 'half.svs',
        'content-length': 64 * MEGABYTE,
      },
    }).on('error', () => {});
    sent.write(Buffer.alloc(10 * MEGABYTE));
    await expect.poll(async () => (await files()).length, { timeout: 10_000 }).toBe(before.length + 1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await files()).length).toBe(before.length + 1);
    const again = await home.start();
    expect(await files()).toEqual(before);
    const uploads = await home.store.connection.inTenant(DEFAULT_TENANT_ID, (tx) =>
      tx.selectFrom('uploads').select(['state', 'errorCode']).where('name', '=', 'half.svs').execute(),
    );
    expect(uploads).toEqual([{ state: 'failed', errorCode: 'CANCELED' }]);
    again.child.kill('SIGTERM');
    await once(again.child, 'exit');
  });
});

const mounts = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe('a disk that fills during an upload', () => {
  it.skipIf(!mounts)(
    'of 20 MB, by a slide of 64 MB in chunks: 507 STORAGE_FULL without errno or path, and no file',
    async () => {
      const disk = join(home.folder, 'small-disk');
      await mkdir(disk);
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', disk]).status).toBe(0);
      try {
        const { child, url } = await home.start({ GIGASCOPE_BLOBS: join(disk, 'blobs') });
        const response = await uploadStream(url, paddedSlide(slide, 64 * MEGABYTE));
        const text = await response.text();
        expect(Problem.parse(JSON.parse(text))).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
        expect(text).not.toMatch(/ENOSPC|errno|small-disk/i);
        expect(await files(disk)).toEqual([]);
        const announced = await uploadStream(url, paddedSlide(slide, 64 * MEGABYTE), {
          'content-length': String(64 * MEGABYTE),
        });
        expect(announced.status).toBe(507);
        expect((await uploadStream(url, paddedSlide(slide, 2 * MEGABYTE))).status).toBe(201);
        expect((await fetch(`${url}${paths.health}`)).status).toBe(200);
        child.kill('SIGTERM');
        await once(child, 'exit');
      } finally {
        spawnSync('umount', [disk]);
      }
    },
  );
});
