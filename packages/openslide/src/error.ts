/** The kinds of failure, each one a caller can act on differently. */
export type OpenSlideErrorCode =
  /** No shared library under any usual name, or none at the path that was given. */
  | 'LIBRARY_NOT_FOUND'
  /** A shared library was loaded, but it is not libopenslide 3.4 or newer. */
  | 'LIBRARY_UNUSABLE'
  /** The function needs a newer libopenslide than the one loaded. */
  | 'FEATURE_UNAVAILABLE'
  /** The file cannot be read from disk; `cause` is the system's error. */
  | 'FILE_UNREADABLE'
  /** The file is readable, but libopenslide knows no format for it. */
  | 'FORMAT_UNSUPPORTED'
  /** libopenslide reported an error. It is latched: the slide answers nothing more and can only be closed. */
  | 'NATIVE_ERROR'
  /** The slide or cache was closed before the call. */
  | 'CLOSED'
  /** An argument has the wrong type or range; nothing native was called. */
  | 'ARGUMENT_INVALID'
  /** No associated image has this name. */
  | 'NAME_UNKNOWN'
  /** The result would be larger than `maxBufferBytes`; nothing was allocated. */
  | 'TOO_LARGE';

/** The one error class that this package throws. */
export class OpenSlideError extends Error {
  override readonly name = 'OpenSlideError';
  readonly code: OpenSlideErrorCode;
  /** The C function that failed or would have been called, such as `openslide_read_region`. */
  readonly functionName: string;

  constructor(code: OpenSlideErrorCode, functionName: string, message: string, options?: ErrorOptions) {
    super(`${functionName}: ${message}`, options);
    this.code = code;
    this.functionName = functionName;
  }
}
