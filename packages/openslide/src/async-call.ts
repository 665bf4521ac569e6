import type { NativeFunction } from './native.ts';

/**
 * How many native calls of one thread run or wait inside koffi; more wait here.
 *
 * Why? koffi holds at most 256 per thread, shared by every package that uses it, and going over that limit damages the
 * heap (seen with koffi 3.3.4: some processes abort a little later). It runs as many at a time as the machine has
 * cores, so a queue of 64 keeps them busy.
 */
const MAX_IN_FLIGHT = 64;

let inFlightCount = 0;
const waiting: (() => void)[] = [];

/** Calls `nativeFunction` on one of koffi's threads; calls start in the order in which they were made. */
export function callAsync<Arguments extends readonly unknown[], Result>(
  nativeFunction: NativeFunction<Arguments, Result>,
  ...args: Arguments
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const start = (): void => {
      inFlightCount += 1;
      try {
        nativeFunction.async(...args, (error, result) => {
          // Naming `args` here keeps a buffer among them alive until the native code has let go of it.
          void args;
          leave();
          if (error) reject(error);
          else resolve(result);
        });
      } catch (error) {
        leave();
        reject(error);
      }
    };
    if (inFlightCount < MAX_IN_FLIGHT) start();
    else waiting.push(start);
  });
}

function leave(): void {
  inFlightCount -= 1;
  waiting.shift()?.();
}
