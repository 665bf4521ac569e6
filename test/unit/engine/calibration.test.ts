import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CalibrationKey, RunSettings } from '@gigascope/contracts';
import { findBundle, writeInitialBundle } from '@gigascope/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockNetworkOf } from '../../../services/engine/src/block-network.ts';
import { CalibrationFile } from '../../../services/engine/src/calibration-file.ts';
import { EngineHost } from '../../../services/engine/src/engine-host.ts';
import { temporaryFolder } from '../../support/fixtures.ts';

const MODELS = new URL('../../../models', import.meta.url).pathname;
const OPTIONS = { orientations: 1, patchwise: true, provider: 'cpu' } as const;

let work: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  work = await temporaryFolder();
  await writeInitialBundle(join(work.path, 'tiny'), { manifest: { name: 'tiny' } });
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

/** Loads the tiny bundle into an engine of its own; gives the settings of its network. */
async function load(folder: string, when: 'once' | 'anew' | 'never' = 'once', stated: Partial<RunSettings> = {}) {
  await using host = new EngineHost();
  // However busy the machine that runs this is.
  const calibration = { folder, when, budgetMs: 120_000 };
  const { chosen } = await host.load({ bundleFolder: join(work.path, 'tiny'), ...OPTIONS, ...stated, calibration });
  expect(chosen).toHaveLength(1);
  const [only] = chosen;
  if (only === undefined) throw new Error('no network');
  return only;
}

const KEY: CalibrationKey = {
  ...{ name: 'tiny', modelSha256: 'a1', runtime: 'onnxruntime-node 1.2.3', provider: 'cpu' },
  ...{ orientations: 1, squareCells: 1, processor: 'x64 Z80', processors: 2, threads: null, batchSize: null },
};
const REMEMBERED = {
  at: '2026-11-26T08:00:00.000Z',
  calibration: {
    settings: { sessions: 2, threads: 1, batchSize: 16 },
    tried: [{ sessions: 2, threads: 1, batchSize: 16, picturesPerSecond: 123.5 }],
    ...{ sameAnswers: true, complete: true },
  },
};

describe('the file of a calibration', () => {
  it('is in a folder of their own under the network’s name, and is read back as it was written', async () => {
    const folder = join(work.path, 'file');
    const file = new CalibrationFile(folder, KEY);
    expect(await file.read()).toBeNull();
    await file.write(REMEMBERED);
    expect(await new CalibrationFile(folder, { ...KEY }).read()).toMatchObject(REMEMBERED);
    expect(await readdir(join(folder, 'calibrations'))).toEqual([expect.stringMatching(/^tiny-[0-9a-f]{16}\.json$/)]);
  });

  it.each([
    ['modelSha256', 'a2'],
    ['runtime', 'onnxruntime-node 1.2.4'],
    ['provider', 'cuda'],
    ['orientations', 8],
    ['squareCells', 8],
    ['processor', 'x64 Z800'],
    ['processors', 4],
    ['threads', 2],
    ['batchSize', 32],
  ] as const)('is not that of another %s, under its own name or moved there', async (field, value) => {
    const folder = join(work.path, `other ${field}`);
    const [ours, other] = [new CalibrationFile(folder, KEY), new CalibrationFile(folder, { ...KEY, [field]: value })];
    await other.write(REMEMBERED);
    expect(await ours.read()).toBeNull();
    await rename(other.path, ours.path);
    expect(await ours.read()).toBeNull();
  });

  it.each([
    ['is cut short', (text: string) => text.slice(0, text.length / 2)],
    ['is empty', () => ''],
    ['has no settings', (text: string) => text.replaceAll(/"sessions": \d+/g, '"sessions": 0')],
    ['says more than ours do', (text: string) => text.replace('"key"', '"note": 1, "key"')],
  ])('counts as absent when it %s, and is written again', async (what, spoil) => {
    const file = new CalibrationFile(join(work.path, what), KEY);
    await file.write(REMEMBERED);
    const text = await readFile(file.path, 'utf8');
    await writeFile(file.path, spoil(text));
    expect(await file.read()).toBeNull();
    await file.write(REMEMBERED);
    expect(await readFile(file.path, 'utf8')).toBe(text);
  });
});

describe('a calibration', () => {
  it('is made when a network is first loaded, and remembered', async () => {
    const folder = join(work.path, 'once');
    expect(await load(folder, 'never')).toMatchObject({ from: 'usual', settings: { sessions: 1, batchSize: 1 } });
    const first = await load(folder);
    expect(first.from).toBe('measured');
    const tried = first.calibration?.tried ?? [];
    // One square at a time, so only how the processors are shared out is tried.
    expect(tried.length).toBeGreaterThanOrEqual(2);
    expect(tried.map(({ picturesPerSecond: _rate, ...settings }) => settings)).toContainEqual(first.settings);
    expect(first.calibration).toMatchObject({ complete: true, sameAnswers: true });
    expect(await load(folder)).toEqual({ ...first, from: 'remembered' });
  });

  it('chooses only what is not stated, and is made again where its file is broken', async () => {
    const folder = join(work.path, 'stated');
    const both = await load(folder, 'once', { threads: 1, batchSize: 5 });
    expect(both).toMatchObject({ from: 'stated', settings: { sessions: 1, threads: 1, batchSize: 5 } });
    expect(await readdir(folder).catch(() => [])).toEqual([]);
    const four = { batchSize: 4 };
    expect(await load(folder, 'once', four)).toMatchObject({ from: 'measured', settings: four });
    const [name = ''] = await readdir(join(folder, 'calibrations'));
    await writeFile(join(folder, 'calibrations', name), '{"key":');
    expect((await load(folder, 'never', four)).from).toBe('usual');
    expect((await load(folder, 'once', four)).from).toBe('measured');
    expect((await load(folder, 'once', four)).from).toBe('remembered');
  });

  it('is used where it cannot be written, but who asks for one is told', async () => {
    const file = join(work.path, 'no-folder');
    await writeFile(file, 'a file');
    expect((await load(file, 'once', { batchSize: 4 })).from).toBe('measured');
    await expect(load(file, 'anew', { batchSize: 4 })).rejects.toThrow();
  });
});

describe('what a network answers', () => {
  const SETTINGS: readonly RunSettings[] = [
    { sessions: 1, threads: 1, batchSize: 1 },
    { sessions: 1, threads: 2, batchSize: 3 },
    { sessions: 1, threads: 2, batchSize: 7 },
    { sessions: 2, threads: 1, batchSize: 2 },
    { sessions: 1, threads: 2, batchSize: 32 },
  ];

  it.each([
    ['metastasis', 32],
    ['metastasis-dense', 32],
    ['nuclei', 3],
  ])('is the same to the bit for %s in batches of 1 to %i, on 1 and 2 threads', async (name, largest) => {
    const [bundle] = (await findBundle(MODELS, name)).stages;
    const { openForPatches } = blockNetworkOf(bundle, OPTIONS);
    const count = 9;
    const patches = Array.from({ length: count }, (_, at) => {
      const begin = Math.floor((at * bundle.golden.length) / count);
      return Buffer.concat([bundle.golden.subarray(begin), bundle.golden.subarray(0, begin)]);
    });
    const answersIn = async (settings: RunSettings): Promise<string[]> => {
      await using engine = await openForPatches(settings);
      const found: string[] = [];
      for (let first = 0; first < count; first += settings.batchSize) {
        const data = new Uint8Array(settings.batchSize * bundle.golden.length);
        const part = patches.slice(first, first + settings.batchSize);
        data.set(Buffer.concat(part));
        const { answers } = await engine.infer({ data, count: part.length });
        found.push(
          ...answers.map((answer) =>
            Buffer.from(Uint8Array.from(new Uint8Array(answer.buffer, answer.byteOffset, answer.byteLength))).toString(
              'base64',
            ),
          ),
        );
      }
      return found;
    };
    const alone = await answersIn(SETTINGS[0] as RunSettings);
    expect(new Set(alone).size).toBe(count);
    for (const settings of SETTINGS.slice(1).filter(({ batchSize }) => batchSize <= largest))
      expect(await answersIn(settings), JSON.stringify(settings)).toEqual(alone);
  });
});
