import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sealBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { hashFolder } from '../support/folders.ts';

const METASTASIS = fileURLToPath(new URL('../../models/metastasis', import.meta.url));

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let slide: string;

beforeAll(async () => {
  work = await temporaryFolder();
  slide = join(work.path, 'phantom.svs');
  await paintMetastasisPhantom({
    seed: 3001,
    widthPx: 2400,
    heightPx: 2000,
    lesions: [250],
    out: slide,
    format: 'aperio',
  });
});
afterAll(async () => {
  await work?.[Symbol.asyncDispose]();
});

const pictures = async (out: string): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await hashFolder(out)).filter(([name]) => name.startsWith('activation')));

describe('analyze --activation', () => {
  it('writes activation-1.png and activation-2.png of the two best of more lesions, and the other files as without it', async () => {
    const out = join(work.path, 'two');
    const { code, json } = await runJson(['analyze', slide, '--out', out, '--threshold', '0.02', '--activation', '2']);
    expect(code, JSON.stringify(json)).toBe(0);
    expect((json['lesions'] as unknown[]).length).toBeGreaterThan(2);
    const drawn = await pictures(out);
    expect(Object.keys(drawn)).toEqual(['activation-1.png', 'activation-2.png']);
    expect(drawn['activation-1.png']).not.toBe(drawn['activation-2.png']);
    const { width, height } = await sharp(join(out, 'activation-1.png')).metadata();
    expect([width, height]).toEqual([598 * 2 + 8, 598]);
    // The same again with one picture: the same bytes, and none left over from before.
    const files = await hashFolder(out);
    expect((await runJson(['analyze', slide, '--out', out, '--threshold', '0.02', '--activation', '1'])).code).toBe(0);
    const { 'activation-2.png': _dropped, ...kept } = files;
    expect(await hashFolder(out)).toEqual(kept);
    expect((await runJson(['analyze', slide, '--out', out, '--threshold', '0.02'])).code).toBe(0);
    expect(await pictures(out)).toEqual({});
  });

  it('of a model that does not say what its map is made of is refused before anything is analysed', async () => {
    const models = join(work.path, 'models');
    await mkdir(models);
    await cp(METASTASIS, join(models, 'foreign'), { recursive: true });
    await sealBundle(join(models, 'foreign'), { name: 'foreign', architecture: 'their own' });
    const arguments_ = [
      'analyze',
      slide,
      '--model',
      'foreign',
      '--out',
      join(work.path, 'foreign'),
      '--activation',
      '1',
    ];
    const { code, json } = await runJson(arguments_, { GIGASCOPE_MODELS: models });
    const message = expect.stringContaining('activation map');
    expect([code, json]).toEqual([1, { error: { code: 'ARGUMENT_INVALID', message } }]);
  });
});
