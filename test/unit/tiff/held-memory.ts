import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of array buffers that somebody still holds: collected, freed (which happens on another thread), and collected again. */
export async function heldBytes(): Promise<number> {
  collect();
  await wait(20);
  collect();
  return process.memoryUsage().arrayBuffers;
}
