/** The kinds of failure, each one a caller can act on differently. */
export type TurboJpegErrorCode =
  /** No shared library under any usual name, or none at the path that was given. */
  | 'LIBRARY_NOT_FOUND'
  /** A shared library was loaded, but it is not libturbojpeg of libjpeg-turbo 2.0 or newer. */
  | 'LIBRARY_UNUSABLE'
  /** The stream is no JPEG, is damaged, or decodes only with a warning. The decompressor stays usable. */
  | 'JPEG_INVALID'
  /** The stream is a sound JPEG of another size than the target. */
  | 'SIZE_MISMATCH'
  /** The decompressor was closed before the call. */
  | 'CLOSED'
  /** An argument has the wrong type or range; nothing native was called. */
  | 'ARGUMENT_INVALID';

/** The one error class that this package throws. */
export class TurboJpegError extends Error {
  override readonly name = 'TurboJpegError';
  readonly code: TurboJpegErrorCode;
  /** The C function that failed or would have been called, such as `tjDecompress2`. */
  readonly functionName: string;

  constructor(code: TurboJpegErrorCode, functionName: string, message: string, options?: ErrorOptions) {
    super(`${functionName}: ${message}`, options);
    this.code = code;
    this.functionName = functionName;
  }
}
