import type { StainKind } from '@gigascope/tiling';
import { describe, expect, it } from 'vitest';
import { checkScope } from '../../../packages/analysis/src/check-scope.ts';

const SPACING = { x: 0.25, y: 0.25 };

function check(wanted: string, kind: StainKind): string | null {
  const stain = { kind, stainedPx: 1000, brownShare: 0.1, shares: { haematoxylin: 1, eosin: 0, dab: 0 } };
  return checkScope({ organ: 'any', species: 'human', stain: wanted }, { spacing: SPACING, stain });
}

describe('the stain that a model was made for', () => {
  it.each([
    ['H&E', 'H-DAB'],
    ['h and e', 'H-DAB'],
    ['HE', 'H-DAB'],
    ['Hematoxylin and eosin', 'H-DAB'],
    ['Giemsa', 'H-DAB'],
    ['Wright', 'H-DAB'],
    ['PAS', 'H-DAB'],
    ['C4d', 'H&E'],
    ['C4d immunohistochemistry (DAB)', 'H&E'],
    ['H-DAB', 'H&E'],
    ['Ki67 IHC', 'H&E'],
  ] as const)('%s refuses a slide measured as %s, naming both', (wanted, kind) => {
    const reason = check(wanted, kind);
    expect(reason).toContain(wanted);
    expect(reason).toContain(kind === 'H&E' ? 'eosin' : 'DAB');
  });

  it.each([
    ['H&E', 'H&E'],
    ['H&E or immunohistochemistry', 'H-DAB'],
    ['H&E or immunohistochemistry', 'H&E'],
    ['C4d immunohistochemistry (DAB)', 'H-DAB'],
    ['any', 'H-DAB'],
    ['Any stain', 'H&E'],
    // Both hold eosin or a red much like it.
    ['Giemsa', 'H&E'],
    ['PAS', 'H&E'],
    // Words that are not known here.
    ['Ki-67', 'H-DAB'],
    ['Congo red', 'H&E'],
    ['the lab’s own', 'H-DAB'],
  ] as const)('%s takes a slide measured as %s', (wanted, kind) => {
    expect(check(wanted, kind)).toBeNull();
  });

  it('takes every slide whose stain could not be told or is not to be judged', () => {
    for (const wanted of ['H&E', 'DAB', 'Giemsa']) expect(check(wanted, 'unknown')).toBeNull();
    const scope = { organ: 'any', species: 'human', stain: 'H&E' };
    expect(checkScope(scope, { spacing: SPACING, stain: null })).toBeNull();
  });
});

describe('the resolutions 0.2 to 0.55 µm/px that a model was made for', () => {
  const scope = { organ: 'any', species: 'human', stain: 'H&E', mppRange: [0.2, 0.55] as [number, number] };

  it.each([
    [0.2, 0.2],
    [0.25, 0.5],
    [0.55, 0.55],
  ])('take a slide of %f × %f', (x, y) => {
    expect(checkScope(scope, { spacing: { x, y }, stain: null })).toBeNull();
  });

  it.each([
    [0.1994, 0.25, '0.1994'],
    [0.25, 0.5512345, '0.5512'],
    [8, 8, '8'],
  ])('refuse a slide of %f × %f, naming %s and the range', (x, y, named) => {
    const reason = checkScope(scope, { spacing: { x, y }, stain: null });
    expect(reason).toContain(`${named} µm per pixel`);
    expect(reason).toContain('0.2 to 0.55');
  });

  it('give both reasons when the stain is another, too', () => {
    const stain = {
      kind: 'H-DAB',
      stainedPx: 1000,
      brownShare: 0.1,
      shares: { haematoxylin: 1, eosin: 0, dab: 0 },
    } as const;
    const reason = checkScope(scope, { spacing: { x: 2, y: 2 }, stain });
    expect(reason).toMatch(/µm per pixel.*; .*DAB/);
  });
});
