import { describe, expect, it } from 'vitest';
import { EdgeSet, type ThinnedRing } from '../../../../packages/findings/src/segments/edge-set.ts';

type Corner = readonly [x: number, y: number] | readonly [x: number, y: number, 'left out'];

/** A ring of corners, some of which are left out, so that the side across them is a thinned one. */
function ring(...corners: readonly Corner[]): ThinnedRing {
  return {
    points: Float64Array.from(corners.flatMap((corner) => corner.slice(0, 2) as number[])),
    kept: Uint8Array.from(corners, ([, , left]) => (left === undefined ? 1 : 0)),
  };
}

/** Conflicting sides as ring, first and last corner. */
const conflicts = (...rings: readonly ThinnedRing[]): string[] =>
  new EdgeSet(rings).conflicts().map(({ ring: k, from, to }) => `${k}: ${from}-${to}`);

const SQUARE = ring([0, 0], [20, 0], [20, 20], [0, 20]);

describe('sides that meet wrongly', () => {
  it('are a thinned side and the one of another ring that it crosses, unless that is exact and has nothing to give back', () => {
    const shell = ring([0, 0], [20, 0], [22, 10, 'left out'], [20, 20], [0, 20]);
    expect(conflicts(shell, ring([18, 9], [18, 12], [21, 10]))).toEqual(['0: 1-3']);
    expect(conflicts(shell, ring([18, 9], [18, 12, 'left out'], [19, 13], [21, 10]))).toEqual(['0: 1-3']);
    expect(conflicts(shell, ring([18, 9], [18, 12], [19, 13, 'left out'], [21, 10]))).toEqual(['0: 1-3', '1: 1-3']);
  });

  it('are none where only exact sides meet, or none do', () => {
    expect(conflicts(SQUARE, ring([5, 5], [5, 9], [9, 9]))).toEqual([]);
    expect(conflicts(SQUARE, ring([15, 5], [15, 9], [25, 9]))).toEqual([]);
  });

  it('are a thinned side and a corner that touches it from inside', () => {
    const shell = ring([0, 0], [20, 0], [22, 10, 'left out'], [20, 20], [0, 20]);
    expect(conflicts(shell, ring([15, 9], [15, 12], [20, 10]))).toEqual(['0: 1-3']);
  });

  it('are sides of two rings that become the same line between the same corners', () => {
    const shell = ring([0, 0], [20, 0], [20, 20], [15, 10], [5, 10], [0, 20]);
    const hole = ring([15, 10], [10, 9, 'left out'], [5, 10], [10, 5]);
    expect(conflicts(shell, hole)).toEqual(['1: 0-2']);
  });

  it('are those at two shared corners where one ring goes through to the other’s far side, and none where it only touches', () => {
    const shell = ring([0, 0], [20, 0], [20, 20], [15, 10], [5, 10], [0, 20]);
    const through = ring([15, 10], [10, 5], [5, 10], [9, 15, 'left out'], [10, 15]);
    expect(conflicts(shell, through)).toEqual(['1: 2-4']);
    const inside = ring([15, 10], [10, 2], [5, 10], [9, 5, 'left out'], [10, 5]);
    expect(conflicts(shell, inside)).toEqual([]);
  });

  it('are a side that runs back along the one before it on its own ring', () => {
    expect(conflicts(ring([0, 0], [10, 0], [10, 2, 'left out'], [4, 0], [4, 8], [0, 8])).sort()).toEqual(['0: 1-3']);
  });
});

describe('holes of a polygon', () => {
  const hole = ring([5, 5], [5, 15], [15, 15], [15, 5]);

  it('lie inside the shell, and not beside it nor in one another', () => {
    expect(new EdgeSet([SQUARE]).holesLieInside()).toBe(true);
    expect(new EdgeSet([SQUARE, hole]).holesLieInside()).toBe(true);
    expect(new EdgeSet([SQUARE, ring([25, 5], [25, 9], [29, 9])]).holesLieInside()).toBe(false);
    expect(new EdgeSet([SQUARE, ring([-9, 5], [-9, 9], [-5, 9])]).holesLieInside()).toBe(false);
    expect(new EdgeSet([SQUARE, hole, ring([8, 8], [8, 12], [12, 12])]).holesLieInside()).toBe(false);
    expect(new EdgeSet([SQUARE, ring([1, 1], [1, 3], [3, 3]), ring([17, 1], [17, 3], [19, 3])]).holesLieInside()).toBe(
      true,
    );
  });

  it('may touch the shell by a corner', () => {
    expect(new EdgeSet([SQUARE, ring([20, 20], [15, 18], [15, 19])]).holesLieInside()).toBe(true);
  });
});
