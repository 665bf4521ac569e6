import type { Architecture } from './architecture.ts';
import { inceptionV3 } from './inception-v3.ts';

/** Every architecture that can be built, by the name that a manifest states. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  'inception-v3': inceptionV3,
};
