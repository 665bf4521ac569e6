import { describe, expect, it } from 'vitest';
import { ofDetection } from '../../../services/dashboard/src/viewer/finding.ts';
import { clickedTarget, findingTarget, lesionTarget } from '../../../services/dashboard/src/viewer/target.ts';

const lesion = (diameterUm: number) => ({
  ...{ rank: 3, xL0: 10, yL0: 20, probability: 0.9, diameterUm, diameterUncertaintyUm: 64 },
  ...{ areaUm2: 1, sizeClass: 'micro' as const },
});
const box = (side: number) =>
  ofDetection({ rank: 7, class: 'a', probability: 0.5, x0L0: 100, y0L0: 200, x1L0: 100 + side, y1L0: 210 });

describe('what the viewer flies to', () => {
  it('is a lesion of 400 µm in 1200 µm, and one of 20 µm in 500 µm', () => {
    expect(lesionTarget(lesion(400), 0.25)).toEqual({ key: 'lesion-3', xL0: 10, yL0: 20, sideL0: 4800, finding: null });
    expect(lesionTarget(lesion(20), 0.25).sideL0).toBe(2000);
  });

  it('is the middle of a box with 150 µm around it, or six times its side', () => {
    expect(findingTarget(box(40), 0.25)).toMatchObject({ key: 'detection-7', xL0: 120, yL0: 205, sideL0: 600 });
    expect(findingTarget(box(400), 0.25).sideL0).toBe(2400);
  });

  it('stays where it is after a click', () => {
    expect(clickedTarget(box(40))).toMatchObject({ key: 'detection-7', sideL0: null });
  });
});
