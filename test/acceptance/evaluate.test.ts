/** The evaluations of stored predictions as a person runs them. `froc` and `auc --scores` are in commands.test.ts, faults and figures in unit/cli. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../support/command.ts';
import { hasSharedData, sharedFile, temporaryFolder } from '../support/fixtures.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const inWork = (...names: string[]): string => join(work.path, ...names);
beforeAll(async () => {
  work = await temporaryFolder();
});
afterAll(() => work[Symbol.asyncDispose]());

/** A smaller forest and fewer folds than the defaults, for the time that they take. */
const FEW = ['--folds', '5', '--trees', '50'];
const INTERVAL = [expect.any(Number), expect.any(Number)];

describe('evaluate', () => {
  it('explains its five evaluations with --help', async () => {
    const { stdout } = await runCommand(['evaluate', '--help']);
    for (const name of ['froc', 'auc', 'detection', 'segmentation', 'kappa']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} \\[options\\]`, 'm'));
    }
    for (const name of ['detection', 'segmentation', 'kappa']) {
      const { code, stdout: help } = await runCommand(['evaluate', name, '--help']);
      expect(code).toBe(0);
      expect(help).toContain(`Usage: gigascope evaluate ${name} [options]`);
      expect(help).toContain('--json');
    }
  });

  it('detection prints AP and F1 as JSON, and refuses an overlap of 0 and a file that is not there', async () => {
    await writeFile(inWork('truth.csv'), 'image,class,x0,y0,x1,y1\na,cell,0,0,10,10\nb,cell,5,5,15,15\n');
    await writeFile(inWork('found.csv'), 'image,class,confidence,x0,y0,x1,y1\na,cell,0.9,0,0,10,10\n');
    const files = ['evaluate', 'detection', '--truth', inWork('truth.csv'), '--detections', inWork('found.csv')];
    // Recall 1/2 at precision 1: 51 of 101 recalls.
    expect(await runJson(files)).toMatchObject({
      code: 0,
      json: { ap: { value: 51 / 101, interval: INTERVAL }, f1: { value: 2 / 3, interval: INTERVAL }, missing: 1 },
    });
    expect(await runJson([...files, '--iou', '0'])).toMatchObject({
      code: 1,
      json: { error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining('--iou') } },
    });
    expect(await runJson([...files.slice(0, -1), inWork('nowhere.csv')])).toMatchObject({
      code: 1,
      json: { error: { code: 'FILE_NOT_FOUND' } },
    });
  });

  it('segmentation prints Dice, IoU and AJI of mask images', async () => {
    const masks = { truth: [255, 255, 0, 255], segments: [1, 1, 0, 0] };
    for (const [folder, values] of Object.entries(masks)) {
      await mkdir(inWork(folder));
      const image = sharp(Uint8Array.from(values), { raw: { width: 4, height: 1, channels: 1 } });
      await image.toColourspace('b-w').png().toFile(inWork(folder, 'a.png'));
    }
    const folders = ['--truth', inWork('truth'), '--segments', inWork('segments')];
    const { code, stdout } = await runCommand(['evaluate', 'segmentation', ...folders, '--objects']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Dice {2}0\.8000 {2}of all/m);
    expect(stdout).toMatch(/^AJI {3}0\.6667 {2}of all/m);
  });

  it('kappa prints the table of stages', async () => {
    await writeFile(inWork('stages.csv'), 'patient,truth,predicted\n1,pN0,pN0\n2,pN0(i+),pN1mi\n3,pN2,pN2\n');
    const { code, stdout } = await runCommand(['evaluate', 'kappa', '--stages', inWork('stages.csv')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kappa {2}0\.9412 .*3 patients$/m);
    expect(stdout).toMatch(/^ {2}pN0\(i\+\) +0 +0 +1 +0 +0$/m);
  });

  it.skipIf(!hasSharedData)(
    'auc --forest on the published features at threshold 0.5 is 0.97 or more (skipped without ../shared/data)',
    { timeout: 120_000 },
    async () => {
      const tables = ['normal', 'tumor'].map((kind) =>
        sharedFile(`camelyon16/data_sheet_for_random_forest_16_strike_${kind}_5_0502_Method_I_no_norm.csv`),
      );
      const { code, json } = await runJson([
        'evaluate',
        'auc',
        '--forest',
        '--train',
        ...tables,
        '--repeats',
        '1',
        ...FEW,
      ]);
      expect(code, JSON.stringify(json)).toBe(0);
      expect(json).toMatchObject({ mode: 'cross-validation', positives: 109, negatives: 157, interval: INTERVAL });
      expect(json['auc']).toBeGreaterThanOrEqual(0.97);
    },
  );
});
