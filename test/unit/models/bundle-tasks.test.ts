import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGolden, createOrtEngine, listBundles, loadBundle, sealBundle, writeBundle } from '@gigascope/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLASSIFY,
  DETECT,
  PIPELINE,
  SEGMENT,
  segmentModel,
  writeClassifyBundle,
  writeDetectBundle,
  writePipelineBundle,
  writeSegmentBundle,
} from './bundle-tiny.ts';
import { patches } from './small-classifier.ts';

let root: string;
let copies = 0;
const folderOf = (task: string): string => join(root, 'models', `tiny-${task}`);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundle-tasks-'));
  await writeClassifyBundle(folderOf('classify'));
  await writeSegmentBundle(folderOf('segment'));
  await writeDetectBundle(folderOf('detect'));
  await writePipelineBundle(folderOf('pipeline'));
});
afterAll(() => rm(root, { recursive: true }));

async function copyOf(task: string): Promise<string> {
  const folder = join(root, `copy-${copies++}`);
  await cp(folderOf(task), folder, { recursive: true });
  return folder;
}

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  await writeFile(path, bytes);
}

async function codeOf(loading: Promise<unknown>): Promise<unknown> {
  return await loading.then(
    () => 'loaded',
    (error) => error.code,
  );
}

describe('a bundle of each task', () => {
  it.each([
    ['segment', 2 * 8 * 8],
    ['detect', 2],
    ['classify', 3],
  ])(
    'of task %s keeps %i numbers of its golden patch and agrees with them in batches of 1 and 4',
    async (task, numbers) => {
      const [network] = (await loadBundle(folderOf(task))).stages;
      expect(network.manifest.golden.expected).toHaveLength(numbers);
      expect(network.manifest.golden.expectedOver8Orientations?.length).toBe(task === 'classify' ? 3 : undefined);
      expect(network.manifest.parameterCount).toBeGreaterThan(1000);
      for (const batchSize of [1, 4]) {
        await using engine = await createOrtEngine({ ...network, batchSize });
        await checkGolden(engine, network);
      }
    },
  );

  it('answers for each of 3 patches with [3, 64, 64] probabilities, or with at most 25 rows of 6', async () => {
    for (const [task, side, expected] of [
      ['segment', 64, (length: number) => length === 3 * 64 * 64],
      ['detect', 128, (length: number) => length % 6 === 0 && length <= 25 * 6],
    ] as const) {
      const [network] = (await loadBundle(folderOf(task))).stages;
      await using engine = await createOrtEngine({ ...network, batchSize: 4 });
      const { answers } = await engine.infer({ data: patches(4, side), count: 3 });
      expect(answers).toHaveLength(3);
      expect(answers.every(({ length }) => expected(length))).toBe(true);
    }
  });

  it.each(['segment', 'detect'])('of task %s is not averaged over 8 orientations', async (task) => {
    const [network] = (await loadBundle(folderOf(task))).stages;
    await expect(createOrtEngine({ ...network, batchSize: 1, orientations: 8 })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  it('is refused by its golden patch when its weights are another network’s', async () => {
    const [network] = (await loadBundle(folderOf('segment'))).stages;
    await using engine = await createOrtEngine({ ...network, model: segmentModel(5), batchSize: 1 });
    await expect(checkGolden(engine, network)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
  });

  it.each([
    ['2 classes of 3', { classes: ['background', 'nucleus'] }],
    ['outputs of 48 px instead of 64', { outputSizePx: 48 }],
    ['patches of 48 px', { patchSizePx: 48, outputSizePx: 48 }],
  ])('is MODEL_OUTPUT_INVALID with %s', async (_, change) => {
    const writing = writeBundle(join(root, 'wrong'), { draft: { ...SEGMENT, ...change }, model: segmentModel() });
    expect(await codeOf(writing)).toBe('MODEL_OUTPUT_INVALID');
  });

  it.each([
    ['windows that leave gaps', 'segment', { stridePx: 65 }],
    ['outputs larger than patches', 'segment', { outputSizePx: 65 }],
    ['windows that cut its largest object in two', 'detect', { maxObjectPx: 65 }],
    ['a positive class that is none', 'classify', { positiveClass: 'other' }],
    ['only a background', 'segment', { classes: ['background'] }],
    ['a margin of 15 px', 'detect', { marginPx: 15 }],
  ])('is ARGUMENT_INVALID with %s', async (_, task, change) => {
    const folder = await copyOf(task);
    const before = await readFile(join(folder, 'model.json'));
    expect(await codeOf(sealBundle(folder, change))).toBe('ARGUMENT_INVALID');
    expect(await readFile(join(folder, 'model.json'))).toEqual(before);
  });

  it('is sealed from a manifest that says nothing yet of what is worked out', async () => {
    for (const [task, draft] of [
      ['segment', SEGMENT],
      ['detect', DETECT],
      ['classify', CLASSIFY],
    ] as const) {
      const folder = await copyOf(task);
      const { multiplyAddCount: _count, ...stated } = draft;
      await rm(join(folder, 'model.json'));
      await rm(join(folder, 'model.json.sha256'));
      await sealBundle(folder, stated);
      const [again] = (await loadBundle(folder)).stages;
      expect(again.manifest).toEqual((await loadBundle(folderOf(task))).manifest);
    }
  });
});

describe('a pipeline', () => {
  it('loads as two networks, the first classifying, and lists the 11 files below its folder', async () => {
    const bundle = await loadBundle(folderOf('pipeline'));
    expect(bundle.manifest).toMatchObject({ ...PIPELINE, files: expect.any(Object) });
    expect(bundle.stages.map(({ manifest }) => [manifest.task, manifest.name])).toEqual([
      ['classify', 'tiny-classify'],
      ['detect', 'tiny-detect'],
    ]);
    expect(Object.keys(bundle.manifest.files)).toHaveLength(11);
    const model = await readFile(join(folderOf('pipeline'), 'regions', 'model.onnx'));
    expect(bundle.manifest.files['regions/model.onnx']).toBe(createHash('sha256').update(model).digest('hex'));
    expect((await listBundles(join(root, 'models'))).map(({ name, state }) => [name, state])).toEqual(
      ['classify', 'detect', 'pipeline', 'segment'].map((task) => [`tiny-${task}`, 'readable']),
    );
  });

  it('is sealed twice to the same bytes, and to another hash with another threshold', async () => {
    const folder = await copyOf('pipeline');
    await sealBundle(folder);
    expect((await loadBundle(folder)).sha256).toBe((await loadBundle(folderOf('pipeline'))).sha256);
    await sealBundle(folder, { regions: { class: 'tumour', threshold: 0.7 } });
    expect((await loadBundle(folder)).sha256).not.toBe((await loadBundle(folderOf('pipeline'))).sha256);
  });

  it.each([
    'regions/model.onnx',
    'regions/model.json',
    'capillaries/golden.rgb',
    'capillaries/README.md',
    'model.json',
  ])('is MODEL_HASH_MISMATCH with one bit of %s flipped, and BUNDLE_INCOMPLETE without it', async (file) => {
    const folder = await copyOf('pipeline');
    await flipBit(join(folder, file));
    expect(await codeOf(loadBundle(folder))).toBe('MODEL_HASH_MISMATCH');
    await rm(join(folder, file));
    expect(await codeOf(loadBundle(folder))).toBe('BUNDLE_INCOMPLETE');
  });

  it.each([
    ['stages in the wrong order', { stages: [...PIPELINE.stages].reverse() }],
    ['a class of regions that is none', { regions: { class: 'bone', threshold: 0.5 } }],
    ['a class of regions that its heatmap says nothing of', { regions: { class: 'odd', threshold: 0.5 } }],
    ['a positive class that is none', { positiveClass: 'strong' }],
    ['one stage', { stages: PIPELINE.stages.slice(0, 1) }],
    ['a stage outside its folder', { stages: [{ name: 'regions', folder: '../regions' }, PIPELINE.stages[1]] }],
  ])('is ARGUMENT_INVALID with %s, and stays what it was', async (_, change) => {
    const folder = await copyOf('pipeline');
    expect(await codeOf(sealBundle(folder, change))).toBe('ARGUMENT_INVALID');
    expect((await loadBundle(folder)).sha256).toBe((await loadBundle(folderOf('pipeline'))).sha256);
  });

  it('of two classifiers chooses by the second one’s class, where its lesions begin or below', async () => {
    const folder = join(root, 'two-classifiers');
    await mkdir(folder);
    await writeFile(join(folder, 'README.md'), 'Untrained.\n');
    for (const stage of ['low', 'high']) await writeClassifyBundle(join(folder, stage));
    const { grading: _grading, ...ungraded } = PIPELINE;
    const stages = ['low', 'high'].map((name) => ({ name, folder: name }));
    const { threshold, positiveClass, classes } = CLASSIFY;
    const sealed = (regions: object) =>
      codeOf(sealBundle(folder, { ...ungraded, stages, classes, positiveClass, regions }));
    expect(await sealed({ class: positiveClass, threshold: threshold + 0.01 })).toBe('ARGUMENT_INVALID');
    expect(await sealed({ class: 'normal', threshold })).toBe('ARGUMENT_INVALID');
    expect(await sealed({ class: positiveClass, threshold })).toBe('loaded');
  });

  it('is BUNDLE_INCOMPLETE without a card, or with a stage that is not there', async () => {
    const folder = await copyOf('pipeline');
    await rm(join(folder, 'README.md'));
    expect(await codeOf(sealBundle(folder))).toBe('BUNDLE_INCOMPLETE');
    const other = await copyOf('pipeline');
    await rm(join(other, 'capillaries'), { recursive: true });
    expect(await codeOf(sealBundle(other))).toBe('BUNDLE_INCOMPLETE');
  });

  it('leaves nothing beside its folder', async () => {
    expect(await readdir(join(root, 'models'))).toEqual(
      ['classify', 'detect', 'pipeline', 'segment'].map((task) => `tiny-${task}`),
    );
  });
});
