import { cp, mkdir, open, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConstantSlide } from '@gigascope/phantom';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';

const MODELS = new URL('../../models/', import.meta.url).pathname;

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const inWork = (name: string): string => join(work.path, name);

beforeAll(async () => {
  work = await temporaryFolder();
  await createConstantSlide({
    out: inWork('good.svs'),
    widthPx: 900,
    heightPx: 700,
    rgb: [190, 120, 170],
    format: 'aperio',
  });
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

/** Each defect: how the file is made, which code must come, and a word of the sentence that a technician reads. */
const DEFECTS: readonly { name: string; make: () => Promise<string>; code: string; says: RegExp }[] = [
  {
    name: 'a text file named .svs',
    make: async () => {
      await writeFile(inWork('text.svs'), 'Dear laboratory, the slide is on its way.\n');
      return inWork('text.svs');
    },
    code: 'FORMAT_UNSUPPORTED',
    says: /not a slide/,
  },
  {
    name: 'a slide that lost its last third',
    make: async () => {
      await cp(inWork('good.svs'), inWork('cut.svs'));
      const { length } = await readFile(inWork('cut.svs'));
      await truncate(inWork('cut.svs'), Math.floor((length * 2) / 3));
      return inWork('cut.svs');
    },
    code: 'FILE_TRUNCATED',
    says: /incomplete/,
  },
  {
    name: 'an empty file',
    make: async () => {
      await writeFile(inWork('empty.svs'), '');
      return inWork('empty.svs');
    },
    code: 'FILE_TRUNCATED',
    says: /empty|incomplete/,
  },
  {
    name: 'a folder',
    make: async () => {
      await mkdir(inWork('folder.svs'));
      return inWork('folder.svs');
    },
    code: 'FORMAT_UNSUPPORTED',
    says: /folder/,
  },
  {
    name: 'a file that is not there',
    make: async () => inWork('absent.svs'),
    code: 'FILE_NOT_FOUND',
    says: /does not exist/,
  },
  {
    name: 'a slide without µm per pixel',
    make: async () => {
      const pixels = { create: { width: 600, height: 500, channels: 3, background: '#c080b0' } } as const;
      await sharp(pixels)
        .tiff({ tile: true, tileWidth: 256, tileHeight: 256, xres: 2.834, yres: 2.834 })
        .toFile(inWork('no-mpp.tif'));
      return inWork('no-mpp.tif');
    },
    code: 'SPACING_UNKNOWN',
    says: /--mpp/,
  },
];

describe('analyze with bad input', () => {
  for (const { name, make, code, says } of DEFECTS) {
    it(`ends with ${code} and a plain sentence for ${name}, and leaves nothing behind`, async () => {
      const slide = await make();
      const out = inWork(`out of ${name}`);
      const { code: exit, json } = await runJson(['analyze', slide, '--out', out]);
      expect(json).toEqual({ error: { code, message: expect.stringMatching(says) } });
      expect(exit).toBe(1);
      expect(await readdir(out).catch(() => [])).toEqual([]);
    });
  }

  it('takes the spacing of a slide without one from --mpp and says that the request stated it', async () => {
    const { code, json } = await runJson(['inspect', inWork('no-mpp.tif'), '--mpp', '0.25']);
    expect(code).toBe(0);
    expect(json['mpp']).toEqual({ x: 0.25, y: 0.25, source: 'request' });
  });

  it('ends with MODEL_UNKNOWN and the names that exist for an unknown model', async () => {
    const { code, json } = await runJson(['analyze', inWork('good.svs'), '--model', 'melanoma', '--out', inWork('m')]);
    expect(json).toMatchObject({ error: { code: 'MODEL_UNKNOWN', message: expect.stringContaining('metastasis') } });
    expect(code).toBe(1);
  });

  it.each(['model.onnx', 'golden.rgb', 'README.md', 'model.json'])(
    'ends with MODEL_HASH_MISMATCH when one bit of the bundle’s %s is flipped',
    async (file) => {
      const models = inWork(`models-${file}`);
      await cp(MODELS, models, { recursive: true });
      const handle = await open(join(models, 'metastasis', file), 'r+');
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, 40);
      await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, 40);
      await handle.close();
      const { code, json } = await runJson(['analyze', inWork('good.svs'), '--out', inWork('h')], {
        GIGASCOPE_MODELS: models,
      });
      expect(json).toMatchObject({ error: { code: 'MODEL_HASH_MISMATCH' } });
      expect(code).toBe(1);
    },
  );

  it('analyses the good slide of two although the other is broken, says so, and exits with 1', async () => {
    const slides = [inWork('text.svs'), inWork('good.svs')];
    const { code, json } = await runJson(['analyze', ...slides, '--tissue', 'none', '--out', inWork('two')]);
    expect(json['analyses']).toMatchObject([{ error: { code: 'FORMAT_UNSUPPORTED' } }, { state: 'succeeded' }]);
    expect(code).toBe(1);
  });

  it('prints code and sentence on standard error without --json, and nothing on standard output', async () => {
    const { stdout, stderr, code } = await runCommand(['analyze', inWork('text.svs')]);
    expect(stdout).toBe('');
    expect(stderr).toContain('gigascope: FORMAT_UNSUPPORTED: The file is not a slide');
    expect(code).toBe(1);
  });
});
