import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sealBundle } from '@gigascope/models';
import { paintC4dPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../support/command.ts';
import { hasSharedData, REAL_SLIDE, temporaryFolder } from '../support/fixtures.ts';
import { hashFolder } from '../support/folders.ts';

const METASTASIS = fileURLToPath(new URL('../../models/metastasis', import.meta.url));

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let biopsy: string;
let models: string;

beforeAll(async () => {
  work = await temporaryFolder();
  biopsy = join(work.path, 'c4d.tif');
  await paintC4dPhantom({ seed: 1, widthPx: 2600, heightPx: 1900, ratioPercent: 40, out: biopsy });
  models = join(work.path, 'models');
  await mkdir(models);
  const scope = { organ: 'kidney', species: 'human' };
  for (const [name, own] of [
    ['coarse', { stain: 'any', mppRange: [0.4, 0.6] }],
    ['fine', { stain: 'any', mppRange: [0.2, 0.6] }],
    ['immuno', { stain: 'C4d immunohistochemistry (DAB)' }],
  ] as const) {
    await cp(METASTASIS, join(models, name), { recursive: true });
    await sealBundle(join(models, name), { name, scope: { ...scope, ...own } });
  }
});
afterAll(async () => {
  await work?.[Symbol.asyncDispose]();
});

const analyze = (slide: string, out: string, ...options: string[]) =>
  runJson(['analyze', slide, '--out', join(work.path, out), ...options], { GIGASCOPE_MODELS: models });

describe('a slide outside the scope of a model', () => {
  it('stained with DAB, gets OUT_OF_SCOPE, exit 1 and no result from an H&E model', async () => {
    const out = join(work.path, 'refused');
    const { code, json } = await runJson(['analyze', biopsy, '--model', 'metastasis', '--out', out]);
    expect(code).toBe(1);
    const message = expect.stringMatching(/not made for this kind of slide.*DAB.*H&E/);
    expect(json).toEqual({ error: { code: 'OUT_OF_SCOPE', message } });
    expect(Object.keys(await hashFolder(out))).not.toContain('result.json');
    const { code: plain, stderr } = await runCommand(['analyze', biopsy, '--out', out]);
    expect(plain).toBe(1);
    expect(stderr).toContain('OUT_OF_SCOPE');
  });

  it('is analysed with --force, with a warning that says why', async () => {
    const out = join(work.path, 'forced');
    const { code, json } = await runJson(['analyze', biopsy, '--model', 'metastasis', '--out', out, '--force']);
    expect(code, JSON.stringify(json)).toBe(0);
    const message = expect.stringContaining('DAB');
    expect(json['warnings']).toContainEqual({ code: 'OUT_OF_SCOPE', message });
    expect(json).toMatchObject({ stamp: { parameters: { force: true } }, score: expect.any(Number) });
  });

  it('of 0.25 µm/px, is refused by a model for 0.4 to 0.6, forced with a warning, and taken by one for 0.2 to 0.6', async () => {
    const refused = await analyze(biopsy, 'coarse', '--model', 'coarse');
    expect(refused.code).toBe(1);
    const message = expect.stringMatching(/0\.\d+ µm per pixel.*0\.4 to 0\.6/);
    expect(refused.json).toEqual({ error: { code: 'OUT_OF_SCOPE', message } });
    const forced = await analyze(biopsy, 'coarse', '--model', 'coarse', '--force');
    expect(forced.code).toBe(0);
    expect(forced.json['warnings']).toContainEqual({ code: 'OUT_OF_SCOPE', message });
    const taken = await analyze(biopsy, 'fine', '--model', 'fine');
    expect([taken.code, taken.json['warnings']]).toEqual([0, []]);
  });

  it('is taken by a DAB model when it is stained with DAB', async () => {
    expect((await analyze(biopsy, 'immuno', '--model', 'immuno')).code).toBe(0);
  });

  it.skipIf(!hasSharedData)('is refused by a DAB model when it is H&E (skipped without ../shared/data)', async () => {
    const { code, json } = await analyze(REAL_SLIDE, 'immuno-he', '--model', 'immuno');
    expect([code, json]).toEqual([1, { error: { code: 'OUT_OF_SCOPE', message: expect.stringContaining('eosin') } }]);
  });

  it('is refused and forced by the service as by the command alone', async () => {
    const arguments_ = [
      'start',
      biopsy,
      '--once',
      '--data',
      join(work.path, 'var'),
      '--out',
      join(work.path, 'served'),
    ];
    const refused = await runJson(arguments_);
    const message = expect.stringContaining('DAB');
    expect([refused.code, refused.json]).toEqual([1, { error: { code: 'OUT_OF_SCOPE', message } }]);
    const forced = await runJson([...arguments_, '--force']);
    expect(forced.code, JSON.stringify(forced.json)).toBe(0);
    expect(forced.json['warnings']).toContainEqual({ code: 'OUT_OF_SCOPE', message });
  });
});
