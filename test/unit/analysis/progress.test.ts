import { ProgressMeter } from '@gigascope/analysis';
import type { Progress } from '@gigascope/contracts';
import { expect, it } from 'vitest';

function meterAt() {
  const clock = { ms: 0 };
  const seen: Progress[] = [];
  const meter = new ProgressMeter(
    (progress) => seen.push(progress),
    () => clock.ms,
  );
  return { clock, seen, meter, last: () => seen.at(-1) };
}

it('says 100 patches/s and 7 s left after 300 of 1000 patches in 3 s', () => {
  const { clock, meter, last } = meterAt();
  clock.ms = 60_000;
  meter.begin({ blocks: 10, cells: 1000 }, { blocks: 0, cells: 0 });
  expect(last()).toMatchObject({ blocksDone: 0, cellsDone: 0, patchesPerSecond: null, etaSeconds: null });
  clock.ms = 63_000;
  meter.blockDone(300);
  expect(last()).toEqual({
    stage: 'blocks',
    blocksDone: 1,
    blocksTotal: 10,
    cellsDone: 300,
    cellsTotal: 1000,
    patchesPerSecond: 100,
    etaSeconds: 7,
  });
});

it('counts the 600 patches of an earlier run as done but not as speed: 200 in 4 s are 50/s, and 4 s remain', () => {
  const { clock, meter, last } = meterAt();
  meter.begin({ blocks: 10, cells: 1000 }, { blocks: 6, cells: 600 });
  expect(last()).toMatchObject({ blocksDone: 6, cellsDone: 600, patchesPerSecond: null, etaSeconds: null });
  clock.ms = 4000;
  meter.blockDone(200);
  expect(last()).toMatchObject({ blocksDone: 7, cellsDone: 800, patchesPerSecond: 50, etaSeconds: 4 });
  clock.ms = 10_000;
  meter.blockDone(200);
  expect(last()).toMatchObject({ blocksDone: 8, cellsDone: 1000, patchesPerSecond: 40, etaSeconds: 0 });
});

it('names each stage once, states no speed before a patch is done or time has passed, and none outside the blocks', () => {
  const { clock, meter, seen } = meterAt();
  meter.enter('hash');
  meter.enter('plan');
  meter.begin({ blocks: 2, cells: 8 }, { blocks: 0, cells: 0 });
  meter.blockDone(4);
  clock.ms = 1000;
  meter.blockDone(4);
  meter.enter('finish');
  expect(seen.map(({ stage, patchesPerSecond }) => [stage, patchesPerSecond])).toEqual([
    ['hash', null],
    ['plan', null],
    ['blocks', null],
    ['blocks', null],
    ['blocks', 8],
    ['finish', null],
  ]);
});
