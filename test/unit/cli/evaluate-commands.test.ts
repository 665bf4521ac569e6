/** Every evaluation of stored predictions, in this process: options as a person gives them, results as they are printed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome, Runner } from '../../../services/cli/src/command.ts';
import { evaluateCommand } from '../../../services/cli/src/commands/evaluate/index.ts';
import { temporaryFolder } from '../../support/fixtures.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const inWork = (...names: string[]): string => join(work.path, ...names);
beforeAll(async () => {
  work = await temporaryFolder();
});
afterAll(() => work[Symbol.asyncDispose]());

async function evaluate(args: readonly string[]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  const run: Runner = async (_command, action) => void outcomes.push(await action(new AbortController().signal));
  await evaluateCommand(run).parseAsync(args, { from: 'user' });
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('the command printed nothing');
  return outcome;
}

async function succeed(args: readonly string[]): Promise<Record<string, unknown>> {
  return (await evaluate(args)).json as Record<string, unknown>;
}

async function refuse(args: readonly string[]): Promise<string> {
  const error: unknown = await evaluate(args).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'ARGUMENT_INVALID' });
  return (error as Error).message;
}

const INTERVAL = [expect.any(Number), expect.any(Number)];

describe('evaluate detection', () => {
  const FILES = {
    'truth.json': {
      images: [
        { id: 1, file_name: 'a.png' },
        { id: 2, file_name: 'b.png' },
        { id: 3, file_name: 'c.png' },
      ],
      categories: [{ id: 1, name: 'cell' }],
      annotations: [
        { image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] },
        { image_id: 2, category_id: 1, bbox: [5, 5, 10, 10] },
      ],
    },
    // Precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1.
    'results.json': [
      { image_id: 1, category_id: 1, bbox: [0, 0, 10, 10], score: 0.9 },
      { image_id: 1, category_id: 1, bbox: [40, 40, 10, 10], score: 0.8 },
      { image_id: 2, category_id: 1, bbox: [5, 5, 10, 10], score: 0.4 },
    ],
  };

  beforeAll(async () => {
    for (const [name, content] of Object.entries(FILES)) await writeFile(inWork(name), JSON.stringify(content));
  });

  it('of COCO files gives AP (51 + 50 · 2/3)/101 at every overlap, and F1 1/2 from 0.5 on, with intervals', async () => {
    const json = await succeed(['detection', '--truth', inWork('truth.json'), '--detections', inWork('results.json')]);
    const ap = { value: expect.closeTo((51 + 50 * (2 / 3)) / 101, 12), interval: INTERVAL };
    expect(json).toMatchObject({
      iou: 0.5,
      threshold: 0.5,
      ap,
      apMean: ap,
      f1: { value: 0.5, interval: INTERVAL },
      precision: { value: 0.5, interval: INTERVAL },
      recall: { value: 0.5, interval: INTERVAL },
      images: 3,
      objects: 2,
      detections: 3,
      missing: 1,
      skipped: { broken: 0, crowds: 0 },
    });
    expect(json['classes']).toMatchObject([{ class: 'cell', objects: 2, detections: 3 }]);
  });

  it('takes --threshold 0.3, where F1 is 4/5, prints for people, and takes groups', async () => {
    const files = ['detection', '--truth', inWork('truth.json'), '--detections', inWork('results.json')];
    const { text: printed } = await evaluate([...files, '--threshold', '0.3']);
    expect(printed).toMatch(/^F1 from 0\.3 on +0\.8000 {2}\(95 % /m);
    expect(printed).toContain('2 objects and 3 detections in 3 images');
    await writeFile(inWork('groups.csv'), 'image,patient\na.png,1\nb.png,1\nc.png,2\n');
    expect(await succeed([...files, '--groups', inWork('groups.csv')])).toMatchObject({ images: 3, groups: 2 });
    await writeFile(inWork('groups.csv'), 'image,patient\na.png,1\n');
    expect(await refuse([...files, '--groups', inWork('groups.csv')])).toContain('does not say which group b is of');
  });

  it('compares a GeoJSON of one image with a CSV of one image, whatever their names', async () => {
    const coordinates = [
      [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
        [0, 0],
      ],
    ];
    const properties = { classification: { name: 'cell' } };
    const feature = { type: 'Feature', geometry: { type: 'Polygon', coordinates }, properties };
    await writeFile(inWork('truth.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
    await writeFile(inWork('detections.csv'), 'class,confidence,x0,y0,x1,y1\ncell,0.9,0,0,10,9\n');
    const files = ['--truth', inWork('truth.geojson'), '--detections', inWork('detections.csv')];
    // An overlap of 0.9: a hit at nine of COCO's ten overlaps. One image has no interval.
    expect(await succeed(['detection', ...files])).toMatchObject({
      ap: { value: 1, interval: null },
      apMean: { value: expect.closeTo(0.9, 12) },
    });
    expect(await succeed(['detection', ...files, '--iou', '0.95'])).toMatchObject({
      ap: { value: 0 },
      f1: { value: 0 },
    });
  });

  it('says what is wrong: an image that is not in the truth, a box without probability', async () => {
    const truth = ['detection', '--truth', inWork('truth.json')];
    await writeFile(inWork('other.csv'), 'image,confidence,x0,y0,x1,y1\nz.png,0.5,0,0,1,1\n');
    expect(await refuse([...truth, '--detections', inWork('other.csv')])).toContain('detections of the image z, which');
    await writeFile(inWork('bare.csv'), 'image,x0,y0,x1,y1\na.png,0,0,1,1\n');
    expect(await refuse([...truth, '--detections', inWork('bare.csv')])).toContain('the image a has no probability');
  });
});

describe('evaluate segmentation', () => {
  async function writeMask(path: string, values: readonly number[], width = 4): Promise<void> {
    const raw = { width, height: values.length / width, channels: 1 } as const;
    await sharp(Uint8Array.from(values), { raw }).toColourspace('b-w').png().toFile(path);
  }

  beforeAll(async () => {
    await mkdir(inWork('truth', 'b', 'masks'), { recursive: true });
    await mkdir(inWork('segments'));
    await writeMask(inWork('truth', 'a.png'), [255, 255, 0, 255]);
    await writeMask(inWork('truth', 'b', 'masks', 'one.png'), [255, 255, 0, 0]);
    await writeMask(inWork('truth', 'b', 'masks', 'two.png'), [0, 0, 255, 255]);
    await writeMask(inWork('segments', 'a.png'), [1, 1, 0, 0]);
  });

  it('of 3 and 4 true pixels with 2 found gives Dice 4/9, IoU 2/7, AJI 2/7, and counts the image without segments', async () => {
    const folders = ['segmentation', '--truth', inWork('truth'), '--segments', inWork('segments')];
    const json = await succeed([...folders, '--objects']);
    expect(json).toMatchObject({
      dice: { value: 4 / 9, interval: INTERVAL },
      iou: { value: 2 / 7, interval: INTERVAL },
      aji: { value: 2 / 7, interval: INTERVAL },
      diceMean: { value: 0.4, interval: INTERVAL },
      objects: 4,
      found: 1,
      images: 2,
      missing: 1,
    });
    expect(await succeed(folders)).not.toHaveProperty('aji');
    const { text: printed } = await evaluate([...folders]);
    expect(printed).toMatch(/^Dice {2}0\.4444 {2}\(95 % .*of all pixels together$/m);
    expect(printed).toContain('images without segments: 1');
  });

  it('says what is wrong: sizes that differ, an image that is not in the truth, a file for a folder', async () => {
    await mkdir(inWork('wide'));
    await writeMask(inWork('wide', 'a.png'), [1, 1, 0, 0, 0], 5);
    const truth = ['segmentation', '--truth', inWork('truth')];
    expect(await refuse([...truth, '--segments', inWork('wide')])).toContain(
      'the truth of a is 4 × 1 px and its segments are 5 × 1',
    );
    await mkdir(inWork('strange'));
    await writeMask(inWork('strange', 'z.png'), [1, 1, 0, 0]);
    expect(await refuse([...truth, '--segments', inWork('strange')])).toContain(
      'the image z, which the truth does not hold',
    );
    expect(await refuse([...truth, '--segments', inWork('truth', 'a.png')])).toContain('a folder is needed');
  });
});

describe('evaluate kappa', () => {
  it('of slides’ labels and of the stages that follow from them is the same', async () => {
    const patients = [
      { truth: 'pN0', predicted: 'pN0', labels: ['negative', 'negative'] },
      { truth: 'pN0(i+)', predicted: 'pN1mi', labels: ['itc', 'micro'] },
      { truth: 'pN2', predicted: 'pN2', labels: ['macro', 'macro'] },
    ];
    const stages = patients.map(({ truth, predicted }, k) => `${k},${truth},${predicted}`);
    await writeFile(inWork('stages.csv'), ['patient,truth,predicted', ...stages].join('\n'));
    const slides = patients.flatMap(({ labels }, k) =>
      [1, 2, 3, 4, 5].map((node) => `${k},${node},${labels.join(',')}`),
    );
    await writeFile(inWork('slides.csv'), ['patient,slide,truth,predicted', ...slides].join('\n'));
    const json = await succeed(['kappa', '--stages', inWork('stages.csv')]);
    // Observed 1; expected (frequencies 0 1 4 against 0 2 4) (0 + 4 + 16 + 1 + 1 + 9 + 16 + 4 + 0) / 3 = 17.
    expect(json).toMatchObject({ kappa: expect.closeTo(1 - 1 / 17, 12), interval: INTERVAL, patients: 3 });
    expect(json['stages']).toEqual(['pN0', 'pN0(i+)', 'pN1mi', 'pN1', 'pN2']);
    expect(await succeed(['kappa', '--stages', inWork('slides.csv')])).toEqual(json);
    const { text: printed } = await evaluate(['kappa', '--stages', inWork('stages.csv')]);
    expect(printed).toMatch(/^kappa {2}0\.9412 /);
  });

  it('names the line of a stage that is none', async () => {
    await writeFile(inWork('wrong.csv'), 'truth,predicted\npN0,pN0\npN0,stage 2\n');
    expect(await refuse(['kappa', '--stages', inWork('wrong.csv')])).toContain(
      'wrong.csv, line 3: predicted is "stage 2"',
    );
  });
});

describe('evaluate auc --forest', () => {
  it('says what is missing or does not belong', async () => {
    expect(await refuse(['auc'])).toContain(
      '--scores FILE, --model ID with --positive and --negative, or --forest with',
    );
    expect(await refuse(['auc', '--forest'])).toContain('--forest needs --train');
    expect(await refuse(['auc', '--train', 'x.csv'])).toContain('belong to --forest');
    expect(await refuse(['auc', '--forest', '--scores', 'x.csv'])).toContain('leave out --scores');
  });
});
