import type { RunSettings } from '@gigascope/contracts';
import { batchesFor, calibrate, type Engine, openSideBySide, shapesFor, usualSettings } from '@gigascope/models';
import { describe, expect, it } from 'vitest';

const SIDE = 5;
const BYTES = SIDE * SIDE * 3;
const SAMPLE = Uint8Array.from({ length: 97 }, (_, at) => (at * 37) % 251);
const SHAPES = shapesFor({}, 2, 'cpu');
const BATCHES = batchesFor({}, 'cpu', Number.POSITIVE_INFINITY);
const USUAL = usualSettings({}, 2);

/** What one picture takes in given settings, and how its answer is apart from its sum of bytes. */
interface Machine {
  readonly perPictureMs: (settings: RunSettings) => number;
  readonly perRunMs?: number;
  readonly openingMs?: number;
  readonly rounding?: (settings: RunSettings) => number;
}

/** Calibrates on a machine whose clock only its own engines move. */
async function calibrateOn(
  { perPictureMs, perRunMs = 0, openingMs = 0, rounding = () => 0 }: Machine,
  budgetMs = 5000,
) {
  let nowMs = 0;
  const opened: RunSettings[] = [];
  let open = 0;
  const found = await calibrate({
    open: async (settings) => {
      opened.push(settings);
      open += 1;
      expect(open, 'one at a time').toBe(1);
      nowMs += openingMs;
      const { batchSize, sessions } = settings;
      const engine: Engine = {
        description: { runtime: 'fake', provider: 'test' },
        ...{ batchSize, classes: 1, patchSizePx: SIDE, orientations: 1, runsAtOnce: sessions },
        infer: async ({ data, count }) => {
          expect(data.length).toBe(batchSize * BYTES);
          nowMs += perRunMs + count * perPictureMs(settings);
          const sumOf = (at: number): number => data.subarray(at * BYTES, (at + 1) * BYTES).reduce((a, b) => a + b, 0);
          const answers = Array.from({ length: count }, (_, at) => Float32Array.of(sumOf(at) + rounding(settings)));
          return { answers, data };
        },
        [Symbol.asyncDispose]: async () => {
          open -= 1;
        },
      };
      return engine;
    },
    ...{ sidePx: SIDE, shapes: SHAPES, batches: BATCHES, usual: USUAL, sample: SAMPLE, budgetMs, clockMs: () => nowMs },
  });
  return { ...found, opened, tookMs: nowMs };
}

describe('calibrate', () => {
  it('compares 2 processors in one session, 1 of them, and 2 sessions of one thread, in batches of 4 … 64', () => {
    expect(SHAPES).toEqual([
      { sessions: 1, threads: 2 },
      { sessions: 1, threads: 1 },
      { sessions: 2, threads: 1 },
    ]);
    expect(BATCHES).toEqual([4, 8, 16, 32, 64]);
    expect(USUAL).toEqual({ sessions: 1, threads: 2, batchSize: 32 });
  });

  it('takes the shape that is fastest, and of batches that cost the same by the picture the smallest', async () => {
    const found = await calibrateOn({ perPictureMs: ({ sessions }) => (sessions === 2 ? 0.3 : 0.5) });
    expect(found.settings).toEqual({ sessions: 2, threads: 1, batchSize: 4 });
    expect(found).toMatchObject({ complete: true, sameAnswers: true });
  });

  it('takes the smallest batch that is within 3 % of the fastest: with 1 ms a run and 1 ms a picture 32', async () => {
    const found = await calibrateOn({ perPictureMs: () => 1, perRunMs: 1 });
    // 64 in 65 ms, 32 in 33 ms: 1.5 % apart; 16 in 17 ms: 4.4 %.
    expect(found.settings).toEqual({ sessions: 1, threads: 2, batchSize: 32 });
  });

  it('keeps the usual shape where another is only 2 % faster', async () => {
    const found = await calibrateOn({ perPictureMs: ({ sessions }) => (sessions === 2 ? 0.98 : 1), perRunMs: 10 });
    expect(found.settings).toEqual({ sessions: 1, threads: 2, batchSize: 64 });
  });

  it('keeps the usual settings where one setting answers otherwise in the last bit', async () => {
    const found = await calibrateOn({
      perPictureMs: ({ sessions }) => (sessions === 2 ? 0.3 : 0.5),
      rounding: ({ batchSize }) => (batchSize === 16 ? 2 ** -10 : 0),
    });
    expect(found).toMatchObject({ settings: USUAL, sameAnswers: false });
  });

  it('says that it is incomplete, with the usual settings, where there was no time for every shape', async () => {
    const found = await calibrateOn({ perPictureMs: ({ sessions }) => (sessions === 2 ? 0.3 : 0.5), openingMs: 2000 });
    expect(found).toMatchObject({ settings: USUAL, complete: false });
    expect(found.opened).toHaveLength(2);
    expect(found.tookMs).toBeLessThan(5000);
  });

  it('compares a network of 50 ms a picture in runs of 0.2 s, and begins nothing that would end after its time', async () => {
    const found = await calibrateOn({ perPictureMs: () => 50, openingMs: 100 }, 4000);
    expect(found).toMatchObject({ complete: true, settings: { batchSize: 4 } });
    expect(Math.max(...found.opened.map(({ batchSize }) => batchSize))).toBeLessThanOrEqual(8);
    expect(found.tookMs).toBeLessThanOrEqual(4000 + 3 * 8 * 50);
  });
});

/** Answers with its own number, once it is let. */
function numberedEngine(number: number, log: string[]): Engine & { release(): void } {
  const gate = Promise.withResolvers<void>();
  return {
    description: { runtime: 'fake', provider: 'test' },
    ...{ batchSize: 1, classes: 1, patchSizePx: 1, orientations: 1, runsAtOnce: 1, release: gate.resolve },
    infer: async ({ data }) => {
      log.push(`begin ${number}`);
      await gate.promise;
      return { answers: [Float32Array.of(number)], data };
    },
    [Symbol.asyncDispose]: async () => {
      log.push(`close ${number}`);
    },
  };
}

describe('sessions side by side', () => {
  it('give each batch to the one that has least to do, and close together', async () => {
    const log: string[] = [];
    const engines = [numberedEngine(0, log), numberedEngine(1, log)];
    let next = 0;
    const both = await openSideBySide(2, async () => engines[next++] as Engine);
    expect(both.runsAtOnce).toBe(2);
    const batch = () => ({ data: new Uint8Array(3), count: 1 });
    const [first, second] = [both.infer(batch()), both.infer(batch())];
    engines[1]?.release();
    expect((await second).answers[0]?.[0]).toBe(1);
    const third = both.infer(batch());
    expect((await third).answers[0]?.[0]).toBe(1);
    engines[0]?.release();
    expect((await first).answers[0]?.[0]).toBe(0);
    await both[Symbol.asyncDispose]();
    expect(log).toEqual(['begin 0', 'begin 1', 'begin 1', 'close 0', 'close 1']);
  });

  it('close those that opened when one does not', async () => {
    const log: string[] = [];
    let next = 0;
    const open = async (): Promise<Engine> => {
      if (next === 1) throw new RangeError('no memory');
      return numberedEngine(next++, log);
    };
    await expect(openSideBySide(2, open)).rejects.toThrow('no memory');
    expect(log).toEqual(['close 0']);
  });
});
