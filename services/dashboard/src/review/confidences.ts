import type { Confidence } from '@gigascope/contracts';

/** The five steps in their order. Not the contract's own list: that would bring the schemas to every browser. */
export const CONFIDENCES: readonly Confidence[] = [
  'definitely-normal',
  'probably-normal',
  'equivocal',
  'probably-tumour',
  'definitely-tumour',
];
