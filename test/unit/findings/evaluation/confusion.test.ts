import { confusionAt } from '@gigascope/findings';
import { expect, test } from 'vitest';

test('of 5 cases at 0.5 the one at the threshold is called positive', () => {
  const cases = [
    { score: 0.9, positive: true },
    { score: 0.5, positive: true },
    { score: 0.2, positive: true },
    { score: 0.5, positive: false },
    { score: 0.49, positive: false },
  ];
  expect(confusionAt(cases, 0.5)).toEqual({
    truePositives: 2,
    falseNegatives: 1,
    falsePositives: 1,
    trueNegatives: 1,
  });
});
