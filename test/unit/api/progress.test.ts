import { describe, expect, it } from 'vitest';
import { presentProgress } from '../../../services/api/src/present/progress.ts';

const start = new Date('2026-01-01T00:00:00Z');
const tenSecondsOn = new Date('2026-01-01T00:00:10Z');
const none = { blocksDone: 0, blocksTotal: 0, cellsDone: 0, cellsTotal: 0 };

describe('the progress of an analysis', () => {
  it('shows the place in the queue only while it is queued', () => {
    const moment = { blocksStartedAt: null, at: start, queuePlace: { position: 3, etaSeconds: 80 } };
    expect(presentProgress({ state: 'queued', ...none }, moment)).toMatchObject({ stage: 'queued', queuePosition: 3 });
    expect(presentProgress({ state: 'running', ...none }, moment)).toMatchObject({
      stage: 'plan',
      queuePosition: null,
    });
  });

  it('tells 50 patches/s and 30 s left after 500 of 2,000 cells in 10 s', () => {
    const data = { state: 'running', blocksDone: 2, blocksTotal: 8, cellsDone: 500, cellsTotal: 2000 } as const;
    const progress = presentProgress(data, { blocksStartedAt: start, at: tenSecondsOn, queuePlace: null });
    expect(progress).toEqual({
      stage: 'blocks',
      blocksDone: 2,
      blocksTotal: 8,
      cellsDone: 500,
      cellsTotal: 2000,
      patchesPerSecond: 50,
      etaSeconds: 30,
      queuePosition: null,
    });
  });

  it('tells no rate before the first block, and none in the last stage', () => {
    const moment = { blocksStartedAt: start, at: tenSecondsOn, queuePlace: null };
    const begun = { state: 'running', blocksDone: 0, blocksTotal: 8, cellsDone: 0, cellsTotal: 2000 } as const;
    const last = { state: 'running', blocksDone: 8, blocksTotal: 8, cellsDone: 2000, cellsTotal: 2000 } as const;
    expect(presentProgress(begun, moment)).toMatchObject({ stage: 'blocks', patchesPerSecond: null, etaSeconds: null });
    expect(presentProgress(last, moment)).toMatchObject({ stage: 'finish', patchesPerSecond: null, etaSeconds: null });
  });

  it('counts a slide without tissue, of 0 blocks, as finishing once it is planned', () => {
    const moment = { blocksStartedAt: start, at: tenSecondsOn, queuePlace: null };
    expect(presentProgress({ state: 'running', ...none }, moment).stage).toBe('finish');
  });
});
