import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSlide } from '@gigascope/tiling';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasSharedData, sharedFile, temporaryFolder } from '../../../support/fixtures.ts';
import { miraxFiles, writeFiles } from '../../../support/mirax-set.ts';

const TILED = { width: 512, height: 256, data: new Uint8Array(512 * 256 * 3).fill(200).fill(90, 0, 512 * 100 * 3) };

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const inWork = (...names: string[]): string => join(work.path, ...names);
beforeEach(async () => {
  work = await temporaryFolder();
});
afterEach(() => work[Symbol.asyncDispose]());

async function mirax(change: (ini: string) => string = (ini) => ini): Promise<string> {
  const files = await miraxFiles(TILED);
  const ini = files.get('phantom/Slidedat.ini')?.toString() ?? '';
  await writeFiles(work.path, files.set('phantom/Slidedat.ini', Buffer.from(change(ini))));
  return inWork('phantom.mrxs');
}

async function refusal(path: string): Promise<{ code: string; detail: string }> {
  try {
    await using _ = await openSlide(path);
  } catch (error) {
    return error as { code: string; detail: string };
  }
  throw new Error('the slide was opened');
}

describe('a MIRAX slide’s companions', () => {
  it('are found when all 3 are there, and the slide of 512 × 256 px is read', async () => {
    await using reader = await openSlide(await mirax());
    expect(reader.metadata).toMatchObject({ vendor: 'mirax', widthL0: 512, heightL0: 256, mpp: { x: 0.5 } });
    const { data } = await reader.readRegion({ level: 0, x: 300, y: 20, width: 1, height: 1 });
    expect(Math.abs((data[0] ?? 0) - 90)).toBeLessThan(4);
  });

  it('are counted when 1 of 2 is missing', async () => {
    const path = await mirax();
    await rm(inWork('phantom', 'Data0000.dat'));
    expect(await refusal(path)).toMatchObject({ code: 'BUNDLE_INCOMPLETE', detail: '1 of 2 files are missing' });
  });

  it('are missing when the folder is', async () => {
    const path = await mirax();
    await rm(inWork('phantom'), { recursive: true });
    expect(await refusal(path)).toMatchObject({ code: 'BUNDLE_INCOMPLETE', detail: '1 of 1 files are missing' });
  });

  it('are missing when 2 of 3 data files have no name', async () => {
    const path = await mirax((ini) => ini.replace('FILE_COUNT = 1', 'FILE_COUNT = 3'));
    expect(await refusal(path)).toMatchObject({ code: 'BUNDLE_INCOMPLETE', detail: '2 of 4 files are missing' });
  });

  it.each(['../../../../etc/passwd', '/etc/passwd', '..', '..\\secret.dat', 'C:secret.dat', '..\\s'])(
    'lie outside when one is called %s',
    async (name) => {
      for (const from of ['FILE_0 = Data0000.dat', 'INDEXFILE = Index.dat']) {
        const path = await mirax((ini) => ini.replace(from, `${from.split(' ')[0]} = ${name}`));
        expect(await refusal(path)).toMatchObject({ code: 'COMPANION_OUTSIDE_SLIDE', detail: '1 of 2 files' });
      }
    },
  );

  it('lie outside when the first of two equal keys says so', async () => {
    const path = await mirax((ini) => ini.replace('FILE_0 =', 'FILE_0 = ../x\r\nFILE_0 ='));
    expect(await refusal(path)).toMatchObject({ code: 'COMPANION_OUTSIDE_SLIDE' });
  });

  it('lie outside when one is a link', async () => {
    const path = await mirax();
    await rm(inWork('phantom', 'Data0000.dat'));
    await symlink('/etc/passwd', inWork('phantom', 'Data0000.dat'));
    expect(await refusal(path)).toMatchObject({ code: 'COMPANION_OUTSIDE_SLIDE' });
  });
});

describe('a Hamamatsu slide’s companions', () => {
  const vms = (...lines: string[]): string => ['[Virtual Microscope Specimen]', ...lines].join('\r\n');

  it('are counted when 2 of 3 are missing, and the optimisation file is none of them', async () => {
    await writeFile(inWork('a.jpg'), 'x');
    await writeFile(
      inWork('s.vms'),
      vms('ImageFile=a.jpg', 'ImageFile(1,0)=b.jpg', 'MapFile=m.jpg', 'OptimisationFile=o.opt'),
    );
    expect(await refusal(inWork('s.vms'))).toMatchObject({
      code: 'BUNDLE_INCOMPLETE',
      detail: '2 of 3 files are missing',
    });
  });

  it('lie outside whatever the file is called, the optimisation file too', async () => {
    await writeFile(inWork('a.jpg'), 'x');
    for (const line of ['MapFile=../a.jpg', 'OptimisationFile=/etc/passwd']) {
      await writeFile(inWork('s.svs'), vms('ImageFile=a.jpg', line));
      expect(await refusal(inWork('s.svs'))).toMatchObject({ code: 'COMPANION_OUTSIDE_SLIDE' });
    }
  });

  it.skipIf(!hasSharedData)('are all there in a real set of 7 files whose pictures are cut', async () => {
    const path = sharedFile('malformed/panimg/complex_tiff/Hamamatsu-VMS/CMU-1-40x - 2010-01-12 13.24.05.vms');
    expect(await refusal(path)).toMatchObject({ code: 'SLIDE_UNREADABLE' });
  });
});
