import koffi from 'koffi';

/** `CopyPlane` of libyuv's `planar_functions.h`: rows of `width` bytes, strides in bytes. It checks nothing. */
export type NativeCopyPlane = (
  from: Uint8Array,
  fromStride: number,
  into: Uint8Array,
  intoStride: number,
  width: number,
  height: number,
) => void;

/** A bare name is looked up by the system's own loader, never in the working folder. */
const NAMES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['libyuv.so.0', 'libyuv.so'],
  darwin: ['/opt/homebrew/lib/libyuv.dylib', '/usr/local/lib/libyuv.dylib', '/opt/local/lib/libyuv.dylib'],
};

/** Loads libyuv's copy under the usual names or the given ones; null where it is not installed. */
export function loadLibyuv(names: readonly string[] = NAMES[process.platform] ?? []): NativeCopyPlane | null {
  for (const name of names) {
    try {
      return koffi.load(name).func('CopyPlane', 'void', ['void *', 'int', 'void *', 'int', 'int', 'int']);
    } catch {
      // Not there, or another library under its name: rows are then copied one by one.
    }
  }
  return null;
}
