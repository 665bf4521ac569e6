import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBundle, writeInitialBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inHalfPrecision } from '../../packages/models/src/half-precision.ts';
import { runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string): string => join(work.path, name);

beforeAll(async () => {
  work = await temporaryFolder();
  await mkdir(at('models'));
  await writeInitialBundle(at('models/tiny'), { manifest: { name: 'tiny' } });
  await paintMetastasisPhantom({ seed: 44, widthPx: 2000, heightPx: 1500, out: at('phantom.svs'), format: 'aperio' });
  const [{ model }] = (await loadBundle(at('models/tiny'))).stages;
  await writeFile(at('half.onnx'), inHalfPrecision(model));
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

const check = (...options: string[]) =>
  runJson(['models', 'check', 'tiny', ...options], { GIGASCOPE_MODELS: at('models'), GIGASCOPE_THREADS: '1' });

describe('models check --variant', () => {
  it('says that float16 differs by less than 0.005 on the slide’s patches, though not by nothing, in half the bytes', async () => {
    const { code, json } = await check('--variant', at('half.onnx'), '--slide', at('phantom.svs'));
    expect(code, JSON.stringify(json)).toBe(0);
    const variant = json['variant'] as Record<string, number> & { bytes: { own: number; variant: number } };
    expect(variant['patches']).toBeGreaterThan(20);
    expect(variant['largestDifference']).toBeLessThan(5e-3);
    expect(variant['meanDifference']).toBeGreaterThan(0);
    expect(variant['meanDifference']).toBeLessThanOrEqual(variant['largestDifference'] ?? 0);
    expect(variant.bytes.variant / variant.bytes.own).toBeLessThan(0.7);
  });

  it('finds no difference in the bundle’s own network', async () => {
    const { json } = await check('--variant', at('models/tiny/model.onnx'), '--slide', at('phantom.svs'));
    expect(json['variant']).toMatchObject({ largestDifference: 0, meanDifference: 0, flipped: 0 });
  });

  it('refuses a variant without a slide, and a file that is no model', async () => {
    expect((await check('--variant', at('half.onnx'))).json).toMatchObject({ error: { code: 'ARGUMENT_INVALID' } });
    const broken = await check('--variant', at('phantom.svs'), '--slide', at('phantom.svs'));
    expect(broken.json).toMatchObject({ error: { code: 'MODEL_HASH_MISMATCH' } });
  });
});
