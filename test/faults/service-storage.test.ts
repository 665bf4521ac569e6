/** Uploads that are cut by the API's death, and disks that fill: nothing is left, and the same again succeeds. */
import { execFileSync } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROBLEM_MEDIA_TYPE, paths } from '@gigascope/contracts/paths';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectEndedOnce, until } from '../support/analysis-record.ts';
import { runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { hashFolder } from '../support/folders.ts';
import { type Installation, startInstallation } from '../support/installation.ts';

const MIB = 2 ** 20;
const SMALL_DISK_MIB = 24;

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let slide: string;
let ofCommand: Record<string, string>;

beforeAll(async () => {
  work = await temporaryFolder();
  slide = join(work.path, 'phantom.svs');
  await paintMetastasisPhantom({ seed: 3005, widthPx: 2500, heightPx: 2000, out: slide, format: 'aperio' });
  expect((await runJson(['analyze', slide, '--out', join(work.path, 'out')])).code).toBe(0);
  ofCommand = await hashFolder(join(work.path, 'out'));
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

function unfinished(installation: Installation): Promise<{ state: string }[]> {
  return installation.query(
    `SELECT state FROM slides WHERE state IN ('received', 'verified')
     UNION ALL SELECT state FROM uploads WHERE state IN ('receiving', 'received', 'verified')`,
  );
}

describe('an upload during which the API is killed', () => {
  it('is cut for the sender, leaves no file and no row, and succeeds when it is sent again', async () => {
    await using installation = await startInstallation({ backend: 'postgres', workers: 0 });
    const cut = startUpload(installation.url);
    for (let sent = 0; sent < 8; sent += 1) cut.request.write(Buffer.alloc(MIB, sent));
    await until(async () => (await installation.blobFiles()).length === 1, 'bytes on the disk');
    expect(await unfinished(installation)).toEqual([{ state: 'receiving' }]);
    await installation.killApi();
    await expect(cut.answer).rejects.toThrow();

    await installation.startApi();
    expect(await installation.blobFiles()).toEqual([]);
    expect(await unfinished(installation)).toEqual([]);
    expect(await installation.query('SELECT FROM slides')).toHaveLength(0);
    expect(await installation.upload(slide)).toMatchObject({ state: 'ready' });
    expect(await installation.blobFiles()).toHaveLength(2);
  });

  it('is checked to the end after the next start, where the bytes were there: one slide, also when it is sent again', async () => {
    await using installation = await startInstallation({ backend: 'postgres', workers: 0 });
    const upload = installation.upload(slide);
    const failed = expect(upload).rejects.toThrow();
    await until(async () => (await unfinished(installation)).some(({ state }) => state === 'verified'), 'the check');
    await installation.killApi();
    await failed;
    await installation.startApi();
    await until(async () => (await unfinished(installation)).length === 0, 'the end of the check');
    expect(await installation.query('SELECT state FROM slides')).toEqual([{ state: 'ready' }]);
    expect(await installation.upload(slide)).toMatchObject({ state: 'ready' });
    expect(await installation.query('SELECT state FROM slides')).toHaveLength(1);
    expect(await installation.blobFiles()).toHaveLength(2);
  });
});

describe('a full disk', () => {
  let disk: string;
  let installation: Installation;

  beforeAll(async () => {
    disk = join(work.path, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_MIB}m`, 'tmpfs', disk]);
    installation = await startInstallation({ backend: 'postgres', blobsFolder: disk });
  });
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]();
    execFileSync('umount', [disk]);
  });

  it.each([
    ['announced', { 'content-length': String(2 * SMALL_DISK_MIB * MIB) }],
    ['not announced', { 'transfer-encoding': 'chunked' }],
  ])(
    'refuses an upload whose length is %s with 507, tells no errno and no path, and leaves nothing',
    async (_how, headers) => {
      const upload = startUpload(installation.url, headers);
      const sending = send(upload.request, 2 * SMALL_DISK_MIB);
      const { status, type, body } = await upload.answer;
      await sending;
      expect([status, type]).toEqual([507, expect.stringContaining(PROBLEM_MEDIA_TYPE)]);
      expect(JSON.parse(body)).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
      expect(body).not.toMatch(/ENOSPC|errno|gigascope-test/);
      expect(body).not.toContain(disk);
      expect(await installation.blobFiles()).toEqual([]);
      expect(await unfinished(installation)).toEqual([]);
    },
  );

  it('ends an analysis as STORAGE_FULL without a file of it left, and the same succeeds when there is room', async () => {
    const { id: slideId } = await installation.upload(slide);
    const before = await installation.blobFiles();
    const filler = join(disk, 'filler');
    await fill(filler);
    const id = await installation.submit(slideId);
    expect(await installation.wait(id)).toMatchObject({ state: 'failed', error: { code: 'STORAGE_FULL' } });
    await rm(filler);
    expect(await installation.blobFiles()).toEqual(before);
    await expectEndedOnce(installation, await installation.submit(slideId), ofCommand);
  });
});

/** Takes all room on the disk but 128 KiB: enough for a plan's thumbnail, not for the pictures. */
async function fill(path: string): Promise<void> {
  await using file = await open(path, 'w');
  const chunk = Buffer.alloc(64 * 1024);
  let size = 0;
  for (;;) {
    try {
      await file.writeFile(chunk);
      size += chunk.length;
    } catch {
      await file.truncate(Math.max(0, size - 2 * chunk.length));
      return;
    }
  }
}

interface Upload {
  readonly request: ReturnType<typeof request>;
  readonly answer: Promise<{ readonly status: number | undefined; readonly type: string; readonly body: string }>;
}

/** An upload whose bytes the test sends by hand. */
function startUpload(url: string, headers: Record<string, string> = { 'transfer-encoding': 'chunked' }): Upload {
  const outgoing = request(new URL(paths.slides, url), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-slide-name': 'cut.svs', ...headers },
  });
  const answer = new Promise<Awaited<Upload['answer']>>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode, type: String(response.headers['content-type']), body });
    });
  });
  answer.catch(() => {});
  return { request: outgoing, answer };
}

async function send(outgoing: Upload['request'], mebibytes: number): Promise<void> {
  for (let sent = 0; sent < mebibytes && !outgoing.destroyed; sent += 1) {
    if (!outgoing.write(Buffer.alloc(MIB, sent))) await Promise.race([drained(outgoing), sleep(2000)]);
  }
  outgoing.end();
}

function drained(outgoing: Upload['request']): Promise<void> {
  return new Promise((resolve) => outgoing.once('drain', () => resolve()));
}
