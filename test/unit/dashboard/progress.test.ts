import type { Analysis } from '@gigascope/contracts/http';
import { describe, expect, it } from 'vitest';
import { isOver, newestBySlide, shareDone } from '../../../services/dashboard/src/slide/analysis-order.ts';
import {
  bytesPerSecond,
  NO_TRANSFER,
  sampled,
  secondsLeft,
  type TransferRate,
} from '../../../services/dashboard/src/uploads/transfer-rate.ts';

const analysis = (id: string, slideId: string, createdAt: string): Analysis => ({
  id,
  slideId,
  createdAt,
  model: { name: 'metastasis', version: '1.0.0' },
  state: 'running',
  lane: 'routine',
  priority: 0,
  deadline: null,
  batchId: null,
  rerunOf: null,
  progress: {
    stage: 'blocks',
    blocksDone: 1,
    blocksTotal: 4,
    cellsDone: 30,
    cellsTotal: 40,
    patchesPerSecond: null,
    etaSeconds: null,
    queuePosition: null,
  },
  error: null,
  score: null,
  scoreMeaning: null,
  positive: null,
  startedAt: null,
  finishedAt: null,
});

describe('speed of an upload', () => {
  const steady = (seconds: number, perSecond: number, from: TransferRate = NO_TRANSFER, atMs = 0, bytes = 0) => {
    let rate = from;
    for (let tick = 0; tick <= seconds * 10; tick++) {
      rate = sampled(rate, atMs + tick * 100, bytes + (tick * perSecond) / 10);
    }
    return rate;
  };

  it('is unknown until half a second was seen, then 1 MB/s with 9 s left of 10 MB', () => {
    expect(bytesPerSecond(NO_TRANSFER)).toBeNull();
    expect(bytesPerSecond(steady(0.4, 1e6))).toBeNull();
    const rate = steady(1, 1e6);
    expect(bytesPerSecond(rate)).toBeCloseTo(1e6);
    expect(secondsLeft(rate, 10e6)).toBeCloseTo(9);
  });

  it('follows a line that slows from 10 MB/s to 1 MB/s within 6 s, and keeps at most 52 samples', () => {
    const rate = steady(6, 1e6, steady(60, 1e7), 60_000, 600e6);
    expect(bytesPerSecond(rate)).toBeCloseTo(1e6);
    expect(rate.samples.length).toBeLessThanOrEqual(52);
  });

  it('promises no end while nothing is sent', () => {
    expect(secondsLeft(steady(3, 0), 1e6)).toBeNull();
  });

  it('measures over a gap of 20 s without a sample', () => {
    expect(bytesPerSecond(sampled(sampled(NO_TRANSFER, 0, 0), 20_000, 20e6))).toBeCloseTo(1e6);
  });
});

describe('analyses', () => {
  it('are told by slide, the newest of three whatever their order', () => {
    const old = analysis('a', 'slide-1', '2026-01-01T00:00:00.000Z');
    const young = analysis('b', 'slide-1', '2026-01-02T00:00:00.000Z');
    const other = analysis('c', 'slide-2', '2025-01-01T00:00:00.000Z');
    for (const order of [
      [old, young, other],
      [other, young, old],
    ]) {
      const newest = newestBySlide(order);
      expect([newest.get('slide-1')?.id, newest.get('slide-2')?.id]).toEqual(['b', 'c']);
    }
  });

  it('are done by cells, 30 of 40, not by blocks, 1 of 4', () => {
    expect(shareDone(analysis('a', 's', ''))).toBe(0.75);
  });

  it('have no share before the plan is made and are whole when they succeeded', () => {
    const running = analysis('a', 's', '');
    const planning = { ...running.progress, stage: 'plan' as const, cellsDone: 0, cellsTotal: 0 };
    expect(shareDone({ ...running, progress: planning })).toBeNull();
    expect(shareDone({ ...running, progress: planning, state: 'succeeded' })).toBe(1);
  });

  it('are over in three of five states', () => {
    const states = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
    expect(states.filter(isOver)).toEqual(['succeeded', 'failed', 'canceled']);
  });
});
