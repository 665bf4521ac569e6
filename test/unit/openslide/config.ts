import { delimiter } from 'node:path';

/**
 * The libraries that the tests run on: the installed one, and those of OPENSLIDE_TEST_LIBRARIES, a list of paths
 * separated as in PATH, so that a machine with several versions can test each.
 */
export const TEST_LIBRARIES: readonly (string | undefined)[] = [
  undefined,
  ...(process.env['OPENSLIDE_TEST_LIBRARIES'] ?? '').split(delimiter).filter((path) => path !== ''),
];
