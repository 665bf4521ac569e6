/** Every command as a person runs it. Longer than a file should be: the commands share their slides, models and tables. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNpy } from '@gigascope/findings';
import { writeInitialBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { loadOpenSlide } from 'node-openslide';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const inWork = (...names: string[]): string => join(work.path, ...names);

beforeAll(async () => {
  work = await temporaryFolder();
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

/** Runs a command that has to succeed. */
async function succeed(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Record<string, unknown>> {
  const { code, json } = await runJson(args, env);
  expect(code, JSON.stringify(json)).toBe(0);
  return json;
}

async function fail(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<{ code: string; message: string }> {
  const { code, json } = await runJson(args, env);
  expect(code).toBe(1);
  expect(Object.keys(json)).toEqual(['error']);
  const error = json['error'] as { code: string; message: string };
  expect(Object.keys(error)).toEqual(['code', 'message']);
  return error;
}

const COMMANDS = [
  [],
  ['analyze'],
  ['start'],
  ['watch'],
  ['export'],
  ['inspect'],
  ['region'],
  ['lesions'],
  ['models'],
  ['models', 'list'],
  ['models', 'show'],
  ['models', 'check'],
  ['models', 'build'],
  ['models', 'import'],
  ['evaluate'],
  ['evaluate', 'froc'],
  ['evaluate', 'auc'],
  ['phantom'],
  ['phantom', 'metastasis'],
  ['doctor'],
];

describe('every command', () => {
  it('explains itself with --help and exits with 0, all 18 of them', async () => {
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await runCommand([...command, '--help']);
      expect(code, command.join(' ')).toBe(0);
      expect(stdout).toContain(`Usage: ${['gigascope', ...command].join(' ')}`);
      expect(stdout).toContain('--json');
      expect(stderr).toBe('');
    }
  });

  it.each([
    { says: 'unknown option', args: ['inspect', 'x.svs', '--colour'] },
    { says: 'unknown command', args: ['diagnose'] },
    { says: 'missing required argument', args: ['inspect'] },
    { says: 'required option', args: ['lesions', 'x.npy'] },
    { says: 'invalid', args: ['inspect', 'x.svs', '--mpp', '0'] },
    { says: 'invalid', args: ['analyze', 'x.svs', '--threshold', '1.5'] },
    { says: 'invalid', args: ['analyze', 'x.svs', '--orientations', '4'] },
    { says: 'invalid', args: ['phantom', 'metastasis', '--out', 'x.tif', '--width', '12.5'] },
  ])('says "$says" as ARGUMENT_INVALID with exit code 1 for $args', async ({ says, args }) => {
    const error = await fail(args);
    expect(error.code).toBe('ARGUMENT_INVALID');
    expect(error.message).toContain(says);
  });

  it('without --json prints the same on standard error and nothing on standard output', async () => {
    const { code, stdout, stderr } = await runCommand(['inspect', 'x.svs', '--colour']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain("unknown option '--colour'");
  });
});

describe('inspect and region', () => {
  // Even at every level, so that each downsample is whole and OpenSlide interpolates nothing.
  const SIZE = { widthPx: 1600, heightPx: 1208 };
  let slide: string;

  beforeAll(async () => {
    slide = inWork('phantom.svs');
    await paintMetastasisPhantom({ seed: 3004, ...SIZE, out: slide, format: 'aperio' });
  });

  it('inspect tells size, levels, µm per pixel with its source, power and tissue share, and no properties', async () => {
    const json = await succeed(['inspect', slide]);
    expect(json).toMatchObject({
      vendor: 'aperio',
      widthL0: 1600,
      heightL0: 1208,
      mpp: { x: 0.243, y: 0.243, source: 'vendor' },
      objectivePower: 40,
      boundsL0: null,
    });
    expect(json['levels']).toMatchObject([
      { index: 0, widthPx: 1600, heightPx: 1208, downsample: 1 },
      { index: 1, widthPx: 800, heightPx: 604, downsample: 2 },
      { index: 2, widthPx: 400, heightPx: 302, downsample: 4 },
    ]);
    expect(json['tissueShare']).toBeGreaterThan(0.1);
    expect(json['tissueShare']).toBeLessThan(1);
    expect(json).not.toHaveProperty('properties');
  });

  it('inspect takes --mpp as the request’s and --tissue none as the whole slide', async () => {
    const json = await succeed(['inspect', slide, '--mpp', '0.5', '--tissue', 'none']);
    expect(json).toMatchObject({ mpp: { x: 0.5, y: 0.5, source: 'request' }, tissueShare: 1 });
  });

  /** What node-openslide itself reads: opaque BGRA inside the slide, transparent outside, where glass is white. */
  function ownRead(region: { xL0: number; yL0: number; level: number; widthPx: number; heightPx: number }): number[][] {
    using opened = loadOpenSlide().open(slide);
    const bgra = opened.readRegionSync(region);
    return Array.from({ length: region.widthPx * region.heightPx }, (_, i) => {
      const [b = 0, g = 0, r = 0, a = 0] = bgra.subarray(i * 4, i * 4 + 4);
      expect(a).toBeOneOf([0, 255]);
      return a === 0 ? [255, 255, 255] : [r, g, b];
    });
  }

  it.each([
    { name: 'inner.png', xL0: 401, yL0: 333, level: 0, widthPx: 97, heightPx: 61 },
    { name: 'inner.tif', xL0: 401, yL0: 333, level: 0, widthPx: 97, heightPx: 61 },
    { name: 'corner.png', xL0: -20, yL0: -10, level: 0, widthPx: 50, heightPx: 40 },
    { name: 'end.png', xL0: 1580, yL0: 1190, level: 0, widthPx: 40, heightPx: 30 },
    { name: 'level-1.tiff', xL0: 0, yL0: 0, level: 1, widthPx: 800, heightPx: 604 },
    { name: 'level-2.png', xL0: 400, yL0: 204, level: 2, widthPx: 120, heightPx: 80 },
  ])('region writes as $name exactly what OpenSlide reads at ($xL0, $yL0) of level $level', async (region) => {
    const { name, xL0, yL0, level, widthPx, heightPx } = region;
    const out = inWork(name);
    const at = ['--x', `${xL0}`, '--y', `${yL0}`, '--width', `${widthPx}`, '--height', `${heightPx}`];
    const json = await succeed(['region', slide, ...at, '--level', `${level}`, '--out', out]);
    expect(json).toEqual({ out, xL0, yL0, level, widthPx, heightPx });
    const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: widthPx, height: heightPx, channels: 3 });
    const expected = ownRead({ xL0, yL0, level, widthPx, heightPx });
    expect(Buffer.compare(data, Buffer.from(expected.flat()))).toBe(0);
    expect(new Set(data).size, 'a picture, not one colour').toBeGreaterThan(8);
  });

  it('region refuses level 7 and a picture of another format, and writes nothing', async () => {
    const at = ['--x', '0', '--y', '0', '--width', '9', '--height', '9'];
    const level = await fail(['region', slide, ...at, '--level', '7', '--out', inWork('no.png')]);
    expect(level.code).toBe('LEVEL_OUT_OF_RANGE');
    const format = await fail(['region', slide, ...at, '--out', inWork('no.jpg')]);
    expect(format.code).toBe('ARGUMENT_INVALID');
    expect((await readdir(work.path)).filter((name) => name.startsWith('no.'))).toEqual([]);
  });
});

describe('lesions', () => {
  /** 3 rows of 10 cells; in row 1 the values 0.9, 0.8, 0.7 and 0.5 in columns 2, 4, 5 and 9; glass in the first cell. */
  async function heatmap(): Promise<string> {
    const data = new Float32Array(30);
    data.set([0.9, 0, 0.8, 0.7, 0, 0, 0, 0.5], 12);
    data[0] = Number.NaN;
    await writeFile(inWork('map.npy'), writeNpy({ shape: [3, 10], data }));
    return inWork('map.npy');
  }

  it('in the disc form keeps 0.9, drops 0.8 at distance 2 = r, keeps 0.7 at 3, and 0.5 equal to the threshold', async () => {
    // Cells of 128 px: (2 + ½) · 128 = 320, (5 + ½) · 128 = 704, (9 + ½) · 128 = 1216; row (1 + ½) · 128 = 192.
    const args = ['lesions', await heatmap(), '--radius', '2', '--threshold', '0.5', '--cell', '128'];
    const { code, stdout } = await runCommand(args);
    expect(stdout).toBe('confidence,x,y\n0.90000,320,192\n0.70000,704,192\n0.50000,1216,192\n');
    expect(code).toBe(0);
    const points = [
      { colHeat: 2, rowHeat: 1, probability: Math.fround(0.9) },
      { colHeat: 5, rowHeat: 1, probability: Math.fround(0.7) },
      { colHeat: 9, rowHeat: 1, probability: 0.5 },
    ];
    expect(await succeed(args)).toEqual({ form: 'disc', points });
  });

  it('in the NCRF form keeps 0.8 exactly r after 0.9, drops 0.7 next to it, and 0.5 that does not exceed the threshold', async () => {
    const args = ['lesions', await heatmap(), '--form', 'ncrf', '--radius', '2', '--threshold', '0.5', '--cell', '128'];
    const { code, stdout } = await runCommand(args);
    expect(stdout).toBe('0.90000,320,192\n0.80000,576,192\n');
    expect(code).toBe(0);
  });

  it('with the defaults r = 6 and t = 0.5 reports the first and the last', async () => {
    const { stdout } = await runCommand(['lesions', await heatmap(), '--cell', '64.5']);
    // 2.5 · 64.5 = 161.25, 9.5 · 64.5 = 612.75, 1.5 · 64.5 = 96.75: the pixels 161, 612 and 96.
    expect(stdout).toBe('confidence,x,y\n0.90000,161,96\n0.50000,612,96\n');
  });

  it('refuses a file that is no .npy, and one of 3 dimensions', async () => {
    await writeFile(inWork('text.npy'), 'no heatmap');
    expect((await fail(['lesions', inWork('text.npy'), '--cell', '128'])).code).toBe('ARGUMENT_INVALID');
    await writeFile(inWork('cube.npy'), writeNpy({ shape: [1, 1, 1], data: new Float32Array(1) }));
    expect((await fail(['lesions', inWork('cube.npy'), '--cell', '128'])).code).toBe('ARGUMENT_INVALID');
    expect((await fail(['lesions', inWork('absent.npy'), '--cell', '128'])).code).toBe('FILE_NOT_FOUND');
  });
});

describe('evaluate', () => {
  type Box = readonly [left: number, top: number, width: number, height: number];

  function maskOf(width: number, height: number, boxes: readonly Box[]) {
    const data = new Uint8Array(width * height);
    for (const [left, top, boxWidth, boxHeight] of boxes) {
      for (let y = top; y < top + boxHeight; y += 1) {
        data.fill(255, y * width + left, y * width + left + boxWidth);
      }
    }
    return sharp(data, { raw: { width, height, channels: 1 } });
  }

  /**
   * 4 slides. A (PNG): 2 lesions and isolated cells of 4 × 4 mask pixels; B (pyramid): 1 lesion; C (PNG): 1 lesion and
   * no CSV; N: normal. One mask pixel is 7.776 µm: lesions of 60 × 40 are far above 275 µm, 4 × 4 far below.
   */
  async function makeChallenge(): Promise<string[]> {
    const [truth, tables] = [inWork('truth'), inWork('tables')];
    if (existsSync(truth)) return ['--truth', truth, '--detections', tables];
    await mkdir(tables);
    const partial = inWork('truth.partial');
    await mkdir(partial);
    const lesions: Box[] = [
      [20, 20, 60, 60],
      [120, 20, 60, 60],
      [100, 120, 4, 4],
    ];
    await maskOf(200, 150, lesions).png().toFile(join(partial, 'A.png'));
    await maskOf(200, 150, [[20, 20, 60, 60]])
      .png()
      .toFile(join(partial, 'C.png'));
    const pyramid = { pyramid: true, tile: true, tileWidth: 64, tileHeight: 64, compression: 'deflate' } as const;
    await maskOf(3200, 2560, [[640, 640, 1920, 1280]])
      .tiff(pyramid)
      .toFile(join(partial, 'B.mask.tif'));
    // Lesions 1 and 2 of A, its isolated cells (no matter), its glass; B's lesion; three on the normal slide.
    await writeFile(
      join(tables, 'A.csv'),
      'confidence,x,y\n0.9,1616,1616\n0.3,4800,1600\n0.7,3232,3872\n0.8,10,10\n0.1,1700,1700\n',
    );
    await writeFile(join(tables, 'B.csv'), '0.6,1600,1280\n');
    await writeFile(join(tables, 'N.csv'), 'confidence,x,y\n0.95,100,100\n0.5,5000,100\n0.2,100,5000\n');
    await rename(partial, truth);
    return ['--truth', truth, '--detections', tables];
  }

  it('froc, strict: 4 lesions on 4 slides give 1/4, 1/2, 3/4, 3/4, 3/4, 3/4 and the score 0.625', async () => {
    // Descending: 0.95 false (1/4, 0); 0.9 hit (1/4, 1/4); 0.8 false (1/2, 1/4); 0.6 hit (1/2, 1/2); 0.5 false (3/4, 1/2);
    // 0.3 hit (3/4, 3/4); 0.2 false (1, 3/4). 0.7 lies on isolated cells, 0.1 on a lesion already hit; C is missed.
    const json = await succeed(['evaluate', 'froc', ...(await makeChallenge())]);
    expect(Object.keys(json).sort()).toEqual(['interval', 'lesions', 'mode', 'score', 'sensitivities', 'slides']);
    expect(json).toMatchObject({ mode: 'strict', lesions: 4, slides: 4, score: 0.625 });
    expect(json['sensitivities']).toEqual([0.25, 0.5, 0.75, 0.75, 0.75, 0.75]);
    const [low = 2, high = -1] = json['interval'] as number[];
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThanOrEqual(0.625);
    expect(high).toBeGreaterThanOrEqual(0.625);
    expect(high).toBeLessThanOrEqual(1);
  });

  it('froc --compat leaves C out, which has no CSV: 3 lesions on 3 slides give 0, 1/3, 1, 1, 1, 1', async () => {
    // (1/3, 0) (1/3, 1/3) (2/3, 1/3) (2/3, 2/3) (1, 2/3) (1, 1) (4/3, 1): at 1/4 between (0, 0) and (1/3, 0), at 1/2
    // between (1/3, 1/3) and (2/3, 1/3).
    const json = await succeed(['evaluate', 'froc', ...(await makeChallenge()), '--compat']);
    expect(json).toMatchObject({ mode: 'compat', lesions: 3, slides: 3 });
    const near = (value: number) => expect.closeTo(value, 12);
    expect(json['sensitivities']).toEqual([near(0), near(1 / 3), near(1), near(1), near(1), near(1)]);
    expect(json['score']).toEqual(near(13 / 18));
  });

  it('froc prints the same as a table for people', async () => {
    const { code, stdout } = await runCommand(['evaluate', 'froc', ...(await makeChallenge())]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/FROC score {2}0\.6250 {2}\(95 % 0\.\d{4} to [01]\.\d{4}\) {2}\(strict\)/);
    expect(stdout).toMatch(/0\.25 {2}0\.2500/);
  });

  it('froc takes the level of a pyramid that --truth-downsample names, and refuses one that it lacks', async () => {
    const [truth, tables] = [inWork('pyramids'), inWork('pyramid-tables')];
    await mkdir(truth);
    await mkdir(tables);
    const phantom = inWork('seen.tif');
    const { lesions } = await paintMetastasisPhantom({ seed: 3005, widthPx: 1600, heightPx: 1200, out: phantom });
    const [lesion] = lesions;
    if (lesion === undefined) throw new Error('the phantom has no lesion');
    await writeFile(join(truth, 'seen.mask.tif'), await readFile(inWork('seen.mask.tif')));
    await writeFile(join(tables, 'seen.csv'), `0.9,${Math.round(lesion.xL0)},${Math.round(lesion.yL0)}\n`);
    const folders = ['--truth', truth, '--detections', tables];
    for (const downsample of [1, 4]) {
      const json = await succeed(['evaluate', 'froc', ...folders, '--truth-downsample', `${downsample}`]);
      const counted = lesions.filter(({ diameterUm }) => diameterUm > 200).length;
      expect(json, `downsample ${downsample}`).toMatchObject({ slides: 1, lesions: counted });
    }
    const error = await fail(['evaluate', 'froc', ...folders, '--truth-downsample', '64']);
    expect(error).toMatchObject({ code: 'ARGUMENT_INVALID', message: expect.stringContaining('downsample of 64') });
  });

  it('froc names the file and the line of a CSV that cannot be read', async () => {
    const [truth, tables] = [inWork('no-truth'), inWork('bad-tables')];
    await mkdir(truth);
    await mkdir(tables);
    await writeFile(join(tables, 'slide-7.csv'), 'confidence,x,y\n0.5,1,2\n0.5,one,2\n');
    const error = await fail(['evaluate', 'froc', '--truth', truth, '--detections', tables]);
    expect(error.message).toContain('slide-7.csv, line 3');
  });

  it('auc of scores 0.9, 0.4 against 0.5, 0.4, 0.1 is (3 + 1½) / 6 = 0.75', async () => {
    await writeFile(inWork('scores.csv'), 'score,label\n0.9,1\n0.4,1\n0.5,0\n0.4,0\n0.1,0\n');
    const json = await succeed(['evaluate', 'auc', '--scores', inWork('scores.csv')]);
    expect(json).toMatchObject({ auc: 0.75, positives: 2, negatives: 3, groups: 5 });
    const [low = 2, high = -1] = json['interval'] as number[];
    expect(low).toBeLessThanOrEqual(0.75);
    expect(high).toBeGreaterThanOrEqual(0.75);
  });

  it.each([
    { name: 'one class only', csv: 'score,label\n0.9,1\n0.4,1\n', says: 'positive and negative' },
    { name: 'a label of 2', csv: 'score,label\n0.9,1\n0.4,2\n', says: 'line 3' },
    { name: 'a score that is no number', csv: 'label,score\n1,0.9\n0,high\n', says: 'line 3' },
    { name: 'no header', csv: '0.9,1\n0.4,0\n', says: 'header' },
  ])('auc refuses $name', async ({ csv, says }) => {
    await writeFile(inWork('bad.csv'), csv);
    const error = await fail(['evaluate', 'auc', '--scores', inWork('bad.csv')]);
    expect(error.code).toBe('ARGUMENT_INVALID');
    expect(error.message).toContain(says);
  });
});

describe('models and doctor', () => {
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const models = inWork('models');
    env = { GIGASCOPE_MODELS: models };
    await mkdir(models);
    await writeInitialBundle(join(models, 'metastasis'));
  });

  it('build writes a bundle of 297,178 parameters that list, show and check then know', async () => {
    const size = ['--width', '0.1', '--min-channels', '16', '--seed', '7'];
    const built = await succeed(['models', 'build', 'tiny', ...size], env);
    expect(built).toMatchObject({
      name: 'tiny',
      task: 'classify',
      parameterCount: 297_178,
      out: inWork('models/tiny'),
    });
    expect((await readdir(inWork('models', 'tiny'))).sort()).toEqual(
      Object.keys(built['files'] as object)
        .concat('model.json', 'model.json.sha256')
        .sort(),
    );
    const { models } = await succeed(['models', 'list'], env);
    expect(models).toMatchObject([{ name: 'metastasis' }, { name: 'tiny', task: 'classify' }]);
    const shown = await succeed(['models', 'show', 'tiny'], env);
    expect(shown).toMatchObject({ name: 'tiny', patchSizePx: 299, stridePx: 128, mpp: 0.243, positiveClass: 'tumour' });
    const checked = await succeed(['models', 'check', 'tiny'], env);
    expect(checked).toMatchObject({ name: 'tiny', ok: true, provider: 'cpu', sha256: shown['sha256'] });
  });

  it('build takes --out, 3 classes and no 4 × 4 average', async () => {
    const out = inWork('elsewhere');
    const size = ['--width', '0.1', '--min-channels', '4', '--classes', '3', '--average', '1', '--out', out];
    expect(await succeed(['models', 'build', 'three', ...size], env)).toMatchObject({
      classes: ['class-0', 'class-1', 'class-2'],
      positiveClass: 'class-2',
      out,
    });
    expect(existsSync(join(out, 'model.json'))).toBe(true);
  });

  it('show and check of a model that is not there say MODEL_UNKNOWN and name those that are', async () => {
    for (const verb of ['show', 'check']) {
      const error = await fail(['models', verb, 'absent'], env);
      expect(error.code).toBe('MODEL_UNKNOWN');
      expect(error.message).toContain('metastasis');
    }
  });

  it('doctor names eight things that this machine has or lacks, and exits with 1 only where one is missing', async () => {
    const { findings } = await succeed(['doctor'], env);
    const found = findings as { name: string; state: string; message: string }[];
    const names = ['Node.js', 'OpenSlide', 'models', 'Postgres', 'Redis', 'GPU', 'processor', 'disk'];
    expect(found.map(({ name }) => name)).toEqual(names);
    expect(found[3]?.message).toMatch(/^embedded: .*18\./);
    expect(found.map(({ state }) => state)).not.toContain('missing');
    expect(found[0]?.message).toBe(process.version);
    expect(found[2]?.message).toContain('metastasis');
    const without = await runJson(['doctor'], { GIGASCOPE_MODELS: inWork('no-models') });
    expect(without.code).toBe(1);
    expect(without.json['findings']).toContainEqual({ name: 'models', state: 'missing', message: 'none' });
    const unreachable = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1' };
    const away = (await runJson(['doctor'], { ...env, ...unreachable })).json['findings'] as typeof found;
    expect(away.filter(({ state }) => state === 'missing').map(({ name }) => name)).toEqual(['Postgres', 'Redis']);
  });
});

describe('phantom metastasis', () => {
  const SIZE = ['--width', '1200', '--height', '900'];

  async function maskValues(path: string): Promise<number[]> {
    const { data, info } = await sharp(path).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1200, 900]);
    return [...new Set(data)].sort((a, b) => a - b);
  }

  it('writes NAME.tif, NAME.mask.tif of 0 and 255 and NAME.truth.geojson, and says what it drew', async () => {
    const out = inWork('drawn.tif');
    const json = await succeed(['phantom', 'metastasis', '--out', out, ...SIZE, '--seed', '5']);
    const [mask, truth] = [inWork('drawn.mask.tif'), inWork('drawn.truth.geojson')];
    expect(json).toMatchObject({ out, mask, truth, seed: 5 });
    const lesions = json['lesions'] as { xL0: number; yL0: number; diameterUm: number; sizeClass: string }[];
    expect(lesions.length).toBeGreaterThan(0);
    expect(await maskValues(mask)).toEqual([0, 255]);
    const { features } = JSON.parse(await readFile(truth, 'utf8')) as { features: { properties: object }[] };
    expect(features.map(({ properties }) => properties)).toMatchObject(
      lesions.map(({ diameterUm, sizeClass }) => ({ diameterUm, sizeClass })),
    );
    expect((await succeed(['inspect', out]))['mpp']).toMatchObject({ x: 0.243, y: 0.243 });
  });

  it('draws a normal slide with --lesions 0: a black mask and no feature', async () => {
    const out = inWork('normal.svs');
    const args = ['phantom', 'metastasis', '--out', out, ...SIZE, '--lesions', '0', '--format', 'aperio'];
    expect((await succeed(args))['lesions']).toEqual([]);
    expect(await maskValues(inWork('normal.mask.tif'))).toEqual([0]);
    expect(JSON.parse(await readFile(inWork('normal.truth.geojson'), 'utf8'))).toMatchObject({ features: [] });
    expect((await succeed(['inspect', out]))['vendor']).toBe('aperio');
  });

  it('refuses a name that is no slide’s, and a folder that is not there, and leaves nothing', async () => {
    expect((await fail(['phantom', 'metastasis', '--out', inWork('a.png'), ...SIZE])).code).toBe('ARGUMENT_INVALID');
    const absent = inWork('absent', 'a.tif');
    expect((await fail(['phantom', 'metastasis', '--out', absent, ...SIZE])).code).toBe('FILE_NOT_FOUND');
    expect((await readdir(work.path)).filter((name) => name.startsWith('a.') || name === 'absent')).toEqual([]);
  });
});
