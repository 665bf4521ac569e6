import type { TissueMethod } from '@gigascope/contracts';
import type { TissueDetector } from './detector.ts';
import { greyTissue } from './grey.ts';
import { ncrfTissue } from './ncrf.ts';
import { saturationTissue } from './saturation.ts';

/** Every way to tell tissue from background, one line each. */
export const tissueDetectors: Readonly<Record<Exclude<TissueMethod, 'none'>, TissueDetector>> = {
  saturation: saturationTissue,
  ncrf: ncrfTissue,
  grey: greyTissue,
};
