import { OpenSlideError } from './error.ts';

/** What one call may allocate. A slide is a stranger's file: its header states the sizes that are asked for here. */
export interface OpenSlideLimits {
  /** The largest single buffer (region, associated image, ICC profile) in bytes. */
  readonly maxBufferBytes: number;
}

/** One GiB: a region of 16384 × 16384 px. */
export const DEFAULT_LIMITS: OpenSlideLimits = { maxBufferBytes: 2 ** 30 };

const BYTES_PER_PIXEL = 4;

export function withDefaults(limits: Partial<OpenSlideLimits>): OpenSlideLimits {
  const { maxBufferBytes = DEFAULT_LIMITS.maxBufferBytes } = limits;
  if (!Number.isSafeInteger(maxBufferBytes) || maxBufferBytes < 0) {
    throw new OpenSlideError('ARGUMENT_INVALID', 'loadOpenSlide', `maxBufferBytes is ${maxBufferBytes}`);
  }
  return { maxBufferBytes };
}

/** Allocates `byteCount` zeroed bytes outside V8's moving heap, so that native code may fill them from another thread. */
export function allocate(byteCount: number, limits: OpenSlideLimits, functionName: string): Uint8Array<ArrayBuffer> {
  if (byteCount > limits.maxBufferBytes) {
    const message = `${byteCount} bytes are over the limit of ${limits.maxBufferBytes} (maxBufferBytes)`;
    throw new OpenSlideError('TOO_LARGE', functionName, message);
  }
  try {
    return new Uint8Array(new ArrayBuffer(byteCount));
  } catch (cause) {
    throw new OpenSlideError('TOO_LARGE', functionName, `${byteCount} bytes could not be allocated`, { cause });
  }
}

/** Allocates a BGRA buffer. The product of two safe integers may be inexact above 2^53, where it is over any limit. */
export function allocatePixels(
  widthPx: number,
  heightPx: number,
  limits: OpenSlideLimits,
  functionName: string,
): Uint8Array<ArrayBuffer> {
  return allocate(widthPx * heightPx * BYTES_PER_PIXEL, limits, functionName);
}
