import { BlockRunner, PatchCutter } from '@gigascope/analysis';
import type { Block, ManifestOf } from '@gigascope/contracts';
import type { SlideReader } from '@gigascope/tiling';
import { describe, expect, it } from 'vitest';
import { collectClassified } from '../../../packages/analysis/src/tasks/classify.ts';
import { floatsOf } from '../../../packages/analysis/src/tasks/number-bytes.ts';
import type { BlockCollector } from '../../../packages/analysis/src/tasks/task.ts';
import { noiseImage, singleLevelReader } from '../tiling/memory-slides.ts';
import { blocksOf, cellsOf, createPixelEngine, expectedAt, smallGrid } from './cells.ts';
import { MANIFEST } from './samples.ts';

const IMAGE = noiseImage(61, 43, 11);
const READER = singleLevelReader(IMAGE, { x: 1, y: 1 });
const GRID = smallGrid(READER);
const TISSUE = Uint8Array.from({ length: GRID.columns * GRID.rows }, (_, cell) => (cell % 5 === 1 ? 0 : 1));
const BLOCKS = blocksOf(GRID, TISSUE, 4);

function setUp(options: { batchSize: number; buffers?: number; reader?: SlideReader; fails?: (p: number) => boolean }) {
  const { batchSize, buffers = 3, reader = READER } = options;
  const engine = createPixelEngine(batchSize, options.fails);
  const runner = new BlockRunner(engine);
  const source = new PatchCutter({ reader, grid: GRID, tissueCells: TISSUE, batchSize, buffers });
  runner.attach(source);
  const predict = predictor(runner);
  return { engine, runner, source, predict };
}

/** Runs a block whose output is the probability of one of two classes, as a classifying stage does. */
function predictor(runner: BlockRunner, positiveClass: 'first' | 'second' = 'second') {
  const manifest: ManifestOf<'classify'> = { ...MANIFEST, classes: ['first', 'second'], positiveClass };
  return async (source: PatchCutter, block: Block): Promise<Float32Array<ArrayBuffer>> => {
    const cells = cellsOf(block, GRID, TISSUE).map(({ col, row }) => ({ colHeat: col, rowHeat: row }));
    return floatsOf(await runner.runBlock(source, block, collectClassified({ manifest, grid: GRID, block, cells })));
  };
}

const expectedOf = (block: Block): number[] =>
  cellsOf(block, GRID, TISSUE).map(({ col, row }) => expectedAt(IMAGE, col, row));

/** Runs all blocks with `lanes` under way at a time, as the pipeline does. */
async function runAll(lanes: number, run: (block: Block) => Promise<void>): Promise<void> {
  const queue = BLOCKS.values();
  const lane = async (): Promise<void> => {
    for (const block of queue) await run(block);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

describe('BlockRunner', () => {
  it.each([1, 2, 3])(
    'puts every prediction into its cell with %i blocks under way, whatever order batches end in',
    async (lanes) => {
      const { runner, source, engine, predict } = setUp({ batchSize: 7 });
      const seen = new Map<number, Float32Array>();
      await runAll(lanes, async (block) => {
        seen.set(block.index, await predict(source, block));
      });
      expect(BLOCKS.length).toBe(12);
      for (const block of BLOCKS) expect([...(seen.get(block.index) ?? [])]).toEqual(expectedOf(block));
      expect(runner.patches).toBe(TISSUE.reduce((sum, cell) => sum + cell, 0));
      expect(engine.batches.reduce((sum, count) => sum + count, 0)).toBe(runner.patches);
      expect(runner.inferenceMs).toBeGreaterThan(0);
    },
  );

  it('fills batches better with 3 blocks under way than with 1', async () => {
    const batchesWith = async (lanes: number): Promise<number> => {
      const { source, engine, predict } = setUp({ batchSize: 9 });
      await runAll(lanes, async (block) => void (await predict(source, block)));
      return engine.batches.length;
    };
    expect(await batchesWith(3)).toBeLessThan(await batchesWith(1));
  });

  it('takes the probability of the positive class, here class 0 of 2', async () => {
    const engine = createPixelEngine(4);
    const runner = new BlockRunner(engine);
    const source = new PatchCutter({ reader: READER, grid: GRID, tissueCells: TISSUE, batchSize: 4, buffers: 2 });
    runner.attach(source);
    const [block] = BLOCKS;
    if (block === undefined) throw new Error('no block');
    const predictions = await predictor(runner, 'first')(source, block);
    cellsOf(block, GRID, TISSUE).forEach(({ col, row }, place) => {
      expect(predictions[place]).toBeCloseTo(1 - expectedAt(IMAGE, col, row), 6);
    });
  });

  it('rejects the 1 block that cannot be read; the other 11 are predicted in full', async () => {
    const broken: SlideReader = {
      ...READER,
      readRegion: async (region) => {
        // Block 4, the second of the second column: columns 4 … 7, rows 4 … 7, read from pixel 4 · 4 − 3 on.
        if (region.x === 13 && region.y === 13) throw new RangeError('damaged');
        return await READER.readRegion(region);
      },
    };
    const { source, predict } = setUp({ batchSize: 6, reader: broken });
    const failed: number[] = [];
    await runAll(3, async (block) => {
      const predictions = await predict(source, block).catch(() => null);
      if (predictions === null) failed.push(block.index);
      else expect([...predictions]).toEqual(expectedOf(block));
    });
    expect(failed).toEqual([4]);
  });

  it('rejects exactly the blocks that have a patch on which the engine fails, when a batch holds one patch', async () => {
    const bad = (probability: number): boolean => probability < 0.03;
    const { source, predict } = setUp({ batchSize: 1, buffers: 2, fails: bad });
    const failed = new Set<number>();
    await runAll(3, async (block) => {
      await predict(source, block).then(
        (predictions) => expect([...predictions]).toEqual(expectedOf(block)),
        () => failed.add(block.index),
      );
    });
    const expected = BLOCKS.filter((block) => expectedOf(block).some(bad)).map(({ index }) => index);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(BLOCKS.length);
    expect([...failed].sort((a, b) => a - b)).toEqual(expected);
  });

  it('rejects all 12 blocks of an engine that always fails and keeps its buffers, although the source owns only 2', async () => {
    const { source, predict } = setUp({ batchSize: 2, buffers: 2, fails: () => true });
    let rejected = 0;
    await runAll(3, async (block) => {
      await expect(predict(source, block)).rejects.toThrow('cannot read');
      rejected += 1;
    });
    expect(rejected).toBe(12);
  });

  it('rejects the 1 block whose collector refuses an answer; the other 11 share its batches and are whole, in 2 buffers', async () => {
    const { engine, runner, source, predict } = setUp({ batchSize: 7, buffers: 2 });
    const recycled = new Map<ArrayBuffer, number>();
    const giveBack = source.recycle.bind(source);
    source.recycle = (data) => {
      expect(data.byteLength).toBeGreaterThan(0);
      recycled.set(data.buffer, (recycled.get(data.buffer) ?? 0) + 1);
      giveBack(data);
    };
    const refusing: BlockCollector = {
      parts: BLOCKS.find(({ index }) => index === 4)?.tissueCells ?? 0,
      add: (place) => {
        if (place === 3) throw new RangeError('refused');
      },
      pack: async () => new Uint8Array(),
    };
    const failed: number[] = [];
    await runAll(3, async (block) => {
      if (block.index !== 4) return expect([...(await predict(source, block))]).toEqual(expectedOf(block));
      failed.push(block.index);
      return await expect(runner.runBlock(source, block, refusing)).rejects.toThrow('refused');
    });
    expect(failed).toEqual([4]);
    // The engine gives every buffer back as another view: as many as there were batches, each once.
    expect([...recycled.values()]).toEqual(engine.batches.map(() => 1));
  });

  it('serves 2 slides at once without mixing their predictions', async () => {
    const other = noiseImage(61, 43, 12);
    const { runner, source, predict } = setUp({ batchSize: 5 });
    const second = new PatchCutter({
      reader: singleLevelReader(other, { x: 1, y: 1 }),
      grid: GRID,
      tissueCells: TISSUE,
      batchSize: 5,
      buffers: 2,
    });
    runner.attach(second);
    await runAll(2, async (block) => {
      const [a, b] = await Promise.all([predict(source, block), predict(second, block)]);
      expect([...a]).toEqual(expectedOf(block));
      expect([...b]).toEqual(cellsOf(block, GRID, TISSUE).map(({ col, row }) => expectedAt(other, col, row)));
    });
  });
});

describe('an urgent slide beside a routine one', () => {
  const STAT = { lane: 0, dueMs: 5 };
  const cutterOf = (reader: SlideReader): PatchCutter =>
    new PatchCutter({ reader, grid: GRID, tissueCells: TISSUE, batchSize: 4, buffers: 3 });

  it('keeps the other from beginning a block while it is planned, and no longer', async () => {
    const runner = new BlockRunner(createPixelEngine(4), 1);
    const routine = cutterOf(READER);
    runner.attach(routine);
    const begun: number[] = [];
    const cut = routine.onCut;
    routine.onCut = (ticket) => {
      begun.push(ticket);
      cut(ticket);
    };
    const planned = Promise.withResolvers<void>();
    const planning = runner.planning(cutterOf(READER), () => planned.promise, STAT);
    const blocks = Promise.all(BLOCKS.map((block) => predictor(runner)(routine, block)));
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(begun).toEqual([]);
    planned.resolve();
    await planning;
    expect((await blocks).map((values) => [...values])).toEqual(BLOCKS.map(expectedOf));
    expect(begun).toHaveLength(BLOCKS.length);
  });

  it('gives its place back when planning fails', async () => {
    const runner = new BlockRunner(createPixelEngine(4), 1);
    const routine = cutterOf(READER);
    runner.attach(routine);
    const failing = runner.planning(cutterOf(READER), () => Promise.reject(new RangeError('no tissue')), STAT);
    await expect(failing).rejects.toThrow('no tissue');
    const [first] = BLOCKS;
    if (first !== undefined) expect([...(await predictor(runner)(routine, first))]).toEqual(expectedOf(first));
  });
});
