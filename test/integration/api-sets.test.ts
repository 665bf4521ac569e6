import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, paths, Slide } from '@gigascope/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { miraxFiles } from '../support/mirax-set.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { tusUpload, uploadEnded } from '../support/tus-upload.ts';
import { zipFiles } from '../support/zip-files.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({ maxUploadBytes: 2 ** 25 });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

let painted = 0;

/** Each call another slide. */
function mirax(stem = 'phantom'): Promise<Map<string, Buffer>> {
  const data = new Uint8Array(512 * 256 * 3).fill(200).fill(60 + painted++, 0, 512 * 100 * 3);
  return miraxFiles({ width: 512, height: 256, data }, stem);
}

async function put(bytes: Buffer, name: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${api.url}${paths.namedSlide(name)}`, { method: 'PUT', body: Uint8Array.from(bytes), headers });
}

async function accepted(bytes: Buffer, name = 'set.zip', status = 201): Promise<Slide> {
  const response = await put(bytes, name);
  expect(response.status, await response.clone().text()).toBe(status);
  return Slide.parse(await response.json());
}

async function refused(bytes: Buffer): Promise<{ code: string; detail: string | undefined; status: number }> {
  const before = await slideFiles();
  const response = await put(bytes, 'bad.zip');
  const { code, detail } = Problem.parse(await response.json());
  expect(await slideFiles()).toEqual(before);
  return { code, detail, status: response.status };
}

/** Of slides and drafts, not pictures. */
async function slideFiles(): Promise<string[]> {
  const entries = await readdir(api.blobsFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !/\.(jpg|png)$/.test(entry.name));
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(api.blobsFolder.length + 1)).toSorted();
}

const rejected = (detail: RegExp) => ({ code: 'ARCHIVE_REJECTED', status: 422, detail: expect.stringMatching(detail) });

describe('a slide of several files, sent as a zip', () => {
  it('is ready with all 4 files in its own folder, and hashed as sha256sum lists them', async () => {
    const files = await mirax('S-1');
    const slide = await accepted(await zipFiles([['notes.txt', Buffer.from('x')], ...files]));
    expect(slide).toMatchObject({ state: 'ready', name: 'set.zip', metadata: { vendor: 'mirax', widthL0: 512 } });
    const named = [...files].map(([path, bytes]) => [path.replace('S-1', 'slide'), bytes] as const);
    const lines = named.map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')] as const);
    const sorted = lines.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, sha256]) => `${sha256}  ${path}\n`);
    expect(slide.sha256).toBe(createHash('sha256').update(sorted.join('')).digest('hex'));
    expect(slide.sizeBytes).toBe(named.reduce((sum, [, bytes]) => sum + bytes.length, 0));
    const tile = await fetch(`${api.url}${paths.tile(slide.id, 9, 0, 0)}`);
    expect(tile.status).toBe(200);
  });

  it('is the same slide however it was named and packed: 200, with both names', async () => {
    const files = await mirax('a');
    const first = await accepted(await zipFiles(files));
    const renamed = [...files].toReversed().map(([path, bytes]) => [`x/${path.replace('a', 'b')}`, bytes] as const);
    const again = await accepted(await zipFiles(renamed, { compress: false }), 'other.svs', 200);
    expect(again).toMatchObject({ id: first.id, otherNames: ['other.svs'] });
  });

  it('arrives by tus under any name, with its 3 references', async () => {
    const bytes = await zipFiles(await mirax());
    const references = { caseRef: 'C-7', patientRef: 'P-8', blockRef: 'A1' };
    const address = await tusUpload(api.url, bytes, bytes.length, { filename: 'x.bin', metadata: references });
    const { state, slideId } = await uploadEnded(address);
    expect(state).toBe('ready');
    const slide = Slide.parse(await (await fetch(`${api.url}${paths.slide(slideId ?? '')}`)).json());
    expect(slide).toMatchObject({ ...references, metadata: { vendor: 'mirax' } });
  });

  it('cannot be downloaded: 422, with how many files it has', async () => {
    const { id } = await accepted(await zipFiles(await mirax()));
    const response = await fetch(`${api.url}${paths.download(id)}`);
    expect(response.status).toBe(422);
    expect(Problem.parse(await response.json())).toMatchObject({ code: 'DOWNLOAD_UNSUPPORTED' });
  });

  it('is deleted with its whole folder', async () => {
    const before = await slideFiles();
    const { id } = await accepted(await zipFiles(await mirax()));
    expect((await slideFiles()).length).toBe(before.length + 4);
    const response = await fetch(`${api.url}${paths.slide(id)}`, { method: 'DELETE' });
    expect(response.status).toBeLessThan(300);
    await expect.poll(slideFiles).toEqual(before);
  });
});

describe('a zip that is refused leaves nothing, and says why', () => {
  it('with a missing data file: 1 of 2', async () => {
    const files = await mirax();
    files.delete('phantom/Data0000.dat');
    expect(await refused(await zipFiles(files))).toMatchObject({
      ...{ code: 'BUNDLE_INCOMPLETE', status: 422 },
      detail: '1 of 2 files are missing',
    });
  });

  it('with a companion outside its folder', async () => {
    const files = await mirax();
    const ini = files.get('phantom/Slidedat.ini')?.toString().replace('FILE_0 = Data', 'FILE_0 = ../Data') ?? '';
    files.set('phantom/Slidedat.ini', Buffer.from(ini)).set('Data0000.dat', Buffer.from('x'));
    expect(await refused(await zipFiles(files))).toMatchObject({ code: 'COMPANION_OUTSIDE_SLIDE', status: 422 });
  });

  it('with no slide, two slides, or DICOM files in 2 folders', async () => {
    const x = Buffer.from('x');
    expect(await refused(await zipFiles([['a.txt', x]]))).toMatchObject(rejected(/no slide/));
    expect(await refused(await zipFiles([...(await mirax('a')), ...(await mirax('b'))]))).toMatchObject(
      rejected(/2 slides/),
    );
    const series = [
      ['a/1.dcm', x],
      ['b/2.dcm', x],
    ] as const;
    expect(await refused(await zipFiles(series))).toMatchObject(rejected(/several folders/));
  });

  it('with links, names that stand twice, or a path 9 deep', async () => {
    const files = await mirax();
    expect(await refused(await zipFiles(files, { mode: 0o120777 }))).toMatchObject(rejected(/links/));
    const doubled = [...files, ['PHANTOM.mrxs', Buffer.from('x')] as const];
    expect(await refused(await zipFiles(doubled))).toMatchObject(rejected(/twice/));
    const deep = [...files, ['1/2/3/4/5/6/7/8/9', Buffer.from('x')] as const];
    expect(await refused(await zipFiles(deep))).toMatchObject(rejected(/too deep/));
  });

  it.each(['../x.mrxs', '/x.mrxs', 'a/../x.mrxs', 'a\\..\\x'])('with a file called %s', async (name) => {
    // The same length, so that it can be written over the name in both directories.
    const harmless = name.replaceAll(/[^a-z]/g, '_');
    const bytes = await zipFiles([[harmless, Buffer.from('x')]]);
    const hostile = Buffer.from(bytes.toString('latin1').replaceAll(harmless, name), 'latin1');
    expect(await refused(hostile)).toMatchObject(rejected(/names/));
  });

  it('with 100 MB of zeros in 100 kB, or 40 MB where 32 are allowed', async () => {
    const zeros = Buffer.alloc(31 * 2 ** 20);
    expect(await refused(await zipFiles([['slide.vms', zeros]]))).toMatchObject(rejected(/100 times/));
    const half = Buffer.alloc(20 * 2 ** 20);
    const large = [
      ['slide.vms', half],
      ['a.jpg', half],
    ] as const;
    expect(await refused(await zipFiles(large))).toMatchObject({ code: 'UPLOAD_TOO_LARGE', status: 413 });
  });

  it('with 20,001 files', async () => {
    const nothing = Buffer.alloc(0);
    const many = Array.from({ length: 20_001 }, (_, at) => [`a/${at}`, nothing] as const);
    expect(await refused(await zipFiles(many, { compress: false }))).toMatchObject(rejected(/20000 files/));
  });

  it('with a lying size, a damaged byte, or its end cut off', async () => {
    const bytes = await zipFiles(await mirax(), { compress: false });
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8((damaged[200] ?? 0) ^ 1, 200);
    expect(await refused(damaged)).toMatchObject(rejected(/damaged/));
    expect(await refused(bytes.subarray(0, bytes.length - 30))).toMatchObject(rejected(/damaged/));
    const lying = await zipFiles([['slide.vms', Buffer.alloc(50_000, 'x')]]);
    const directory = lying.indexOf('PK\x01\x02', 0, 'latin1');
    lying.writeUInt32LE(10, directory + 24);
    expect(await refused(lying)).toMatchObject(rejected(/damaged/));
  });
});

describe('a laboratory’s references', () => {
  it('come with a PUT, percent-encoded, and the first stated stays', async () => {
    const bytes = await zipFiles(await mirax());
    const headers = { 'x-case-ref': 'C%2F%C3%A9', 'x-patient-ref': 'P-1', 'x-block-ref': 'A2' };
    const first = Slide.parse(await (await put(bytes, 'a.zip', headers)).json());
    expect(first).toMatchObject({ caseRef: 'C/é', patientRef: 'P-1', blockRef: 'A2' });
    const again = Slide.parse(await (await put(bytes, 'b.zip', { 'x-case-ref': 'other' })).json());
    expect(again).toMatchObject({ id: first.id, caseRef: 'C/é' });
  });

  it('of 65 characters are refused with 400', async () => {
    const response = await put(Buffer.from('x'), 'a.zip', { 'x-case-ref': 'x'.repeat(65) });
    expect(response.status).toBe(400);
  });
});

it('a file that only begins as a zip is refused, and its name is not told', async () => {
  const { code, detail } = await refused(Buffer.from('PK\x03\x04 Smith, John'));
  expect(code).toBe('ARCHIVE_REJECTED');
  expect(detail).not.toMatch(/Smith/);
});
