/**
 * Gives `node:util` back the functions that @tensorflow/tfjs-node-gpu 4.22 calls and that Node 23 removed. Imported before
 * that package is.
 */
import util from 'node:util';

Object.assign(util, {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: Array.isArray,
});
