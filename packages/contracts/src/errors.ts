/**
 * The one table of everything that can go wrong. `title` is a sentence for a laboratory technician;
 * `status` is the HTTP status; `retryable` says whether the same input can succeed later.
 */
export const ERRORS = {
  FILE_NOT_FOUND: { status: 404, retryable: false, title: 'The file does not exist or may not be read.' },
  FORMAT_UNSUPPORTED: { status: 422, retryable: false, title: 'The file is not a slide in a format that can be read.' },
  SLIDE_UNREADABLE: { status: 422, retryable: false, title: 'The slide was recognised, but it cannot be read.' },
  FILE_TRUNCATED: {
    status: 422,
    retryable: false,
    title: 'The file is incomplete: its end is missing. Copy it from the scanner again.',
  },
  TILE_CORRUPT: { status: 422, retryable: false, title: 'Part of the slide is damaged and cannot be decoded.' },
  BUNDLE_INCOMPLETE: { status: 422, retryable: false, title: 'Files that belong to the slide or model are missing.' },
  ARCHIVE_REJECTED: {
    status: 422,
    retryable: false,
    title: 'The archive is damaged, or does not hold exactly one slide of several files.',
  },
  COMPANION_OUTSIDE_SLIDE: {
    status: 422,
    retryable: false,
    title: 'The slide or model names files outside its own folder.',
  },
  SPACING_UNKNOWN: {
    status: 422,
    retryable: false,
    title: 'The slide does not say how large its pixels are. State it in µm per pixel (--mpp).',
  },
  LEVEL_OUT_OF_RANGE: { status: 400, retryable: false, title: 'The slide has no such pyramid level or region.' },
  MODEL_UNKNOWN: { status: 404, retryable: false, title: 'There is no model of that name.' },
  MODEL_HASH_MISMATCH: {
    status: 503,
    retryable: false,
    title: 'The model’s files were changed or damaged; it is not used. Install the model again.',
  },
  MODEL_OUTPUT_INVALID: { status: 422, retryable: false, title: 'The model gave values that are no probabilities.' },
  MODEL_UNSUPPORTED: { status: 422, retryable: false, title: 'The file is no model that can be run here.' },
  MODEL_DETAILS_MISSING: {
    status: 422,
    retryable: false,
    title: 'The model’s file does not say everything that has to be known of it.',
  },
  OUT_OF_MEMORY: { status: 503, retryable: true, title: 'There was not enough memory.' },
  NATIVE_CRASH: {
    status: 500,
    retryable: true,
    title: 'The process that reads slides or runs the model ended unexpectedly.',
  },
  DIGEST_MISMATCH: { status: 422, retryable: true, title: 'The bytes received are not the bytes that were sent.' },
  UPLOAD_TOO_LARGE: { status: 413, retryable: false, title: 'The file is larger than this installation accepts.' },
  STORAGE_FULL: {
    status: 507,
    retryable: true,
    title: 'The disk is full. Free some space and run the same command again.',
  },
  OUT_OF_SCOPE: { status: 422, retryable: false, title: 'The model was not made for this kind of slide.' },
  STALE_ATTEMPT: { status: 409, retryable: false, title: 'Another worker has taken this work over.' },
  CANCELED: {
    status: 409,
    retryable: true,
    title: 'The work was stopped before it was done; the same command resumes it.',
  },
  NOT_FOUND: { status: 404, retryable: false, title: 'There is nothing at this address.' },
  SLIDE_NOT_READY: { status: 409, retryable: true, title: 'The slide was refused or is still being checked.' },
  RESULT_NOT_READY: { status: 409, retryable: true, title: 'The analysis has no result, or none yet.' },
  ANALYSIS_OVER: { status: 409, retryable: false, title: 'The analysis is over already.' },
  REQUEST_TIMEOUT: { status: 408, retryable: true, title: 'The request stopped arriving before it was complete.' },
  REQUEST_TOO_LARGE: { status: 413, retryable: false, title: 'The request is larger than the API accepts.' },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    retryable: false,
    title: 'The request’s content type is not one that is accepted.',
  },
  RATE_LIMITED: { status: 429, retryable: true, title: 'Too many requests in a short time. Wait a moment.' },
  ALREADY_RUNNING: { status: 409, retryable: false, title: 'Gigascope serves this folder already.' },
  UNAUTHENTICATED: { status: 401, retryable: false, title: 'Sign in, or send a valid key.' },
  FORBIDDEN: { status: 403, retryable: false, title: 'You may not do this. Ask your laboratory’s administrator.' },
  BATCH_INVALID: {
    status: 422,
    retryable: false,
    title: 'Some of these analyses cannot be done, so none was entered. Correct what is named and send all again.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    retryable: false,
    title: 'The idempotency key was used before, for another request. Take a new key.',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    retryable: true,
    title: 'The same request is still being worked on. Ask again in a moment.',
  },
  EDIT_CONFLICT: {
    status: 412,
    retryable: false,
    title: 'Someone else changed this in the meantime. Load it again; nothing of yours was written over theirs.',
  },
  EDIT_UNCONDITIONAL: {
    status: 428,
    retryable: false,
    title: 'The change must name the version that it is made to (If-Match).',
  },
  REVIEW_SIGNED: { status: 409, retryable: false, title: 'The review was signed off; it can only be amended.' },
  SLIDE_CLAIMED: { status: 409, retryable: true, title: 'A colleague is reviewing this slide at the moment.' },
  UPLOAD_LOCKED: {
    status: 423,
    retryable: true,
    title: 'Another request is writing to this upload. Try again shortly.',
  },
  UPLOAD_EXPIRED: {
    status: 410,
    retryable: false,
    title: 'The upload was not finished in time and was cleared away. Send the file again.',
  },
  UPLOAD_PROTOCOL: { status: 412, retryable: false, title: 'Uploads speak version 1.0.0 of the tus protocol here.' },
  CHECKSUM_MISMATCH: { status: 460, retryable: true, title: 'A piece of the upload arrived damaged. Send it again.' },
  IDENTITY_UNAVAILABLE: {
    status: 503,
    retryable: true,
    title: 'The identity provider cannot be reached. Try again in a moment.',
  },
  CONFLICT: { status: 409, retryable: false, title: 'This does not fit what is there already.' },
  RANGE_UNSATISFIABLE: { status: 416, retryable: false, title: 'The file has no such bytes.' },
  FEATURE_UNSUPPORTED: { status: 501, retryable: false, title: 'This form of picture is not made here.' },
  DEIDENTIFY_UNSUPPORTED: {
    status: 422,
    retryable: false,
    title: 'A slide of this kind cannot be freed of what identifies the patient; it is not sent.',
  },
  DOWNLOAD_UNSUPPORTED: {
    status: 422,
    retryable: false,
    title: 'A slide of several files cannot be downloaded yet; fetch it from where it came.',
  },
  SLIDE_IN_USE: {
    status: 409,
    retryable: true,
    title: 'Analyses of the slide are under way. Wait for them, or cancel them with it.',
  },
  SLIDE_HELD: {
    status: 409,
    retryable: false,
    title: 'The slide must be kept: it is held, or a review of it was signed off.',
  },
  WEBHOOK_ADDRESS_REFUSED: {
    status: 422,
    retryable: false,
    title: 'The webhook’s address is not one that is called from here.',
  },
  BUSY: { status: 503, retryable: true, title: 'Too much is being asked at once. Try again in a moment.' },
  DATABASE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    title: 'The database cannot be reached. Try again in a moment.',
  },
  QUEUE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    title: 'The work queue cannot be reached. Try again in a moment.',
  },
  ARGUMENT_INVALID: { status: 400, retryable: false, title: 'An argument is not valid.' },
  INTERNAL: { status: 500, retryable: false, title: 'Something unforeseen went wrong.' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** What is true of a result although the analysis succeeded. */
export const WARNINGS = {
  TISSUE_EMPTY: 'No tissue was found on the slide, so nothing was analysed.',
  RESOLUTION_LOW: 'The slide is coarser than the model’s resolution by over 10 %; it was enlarged.',
  OUT_OF_SCOPE: 'The model was made for another organ or stain; its findings have no meaning there.',
  SPACING_ASSUMED: 'The pixel size was derived from the objective’s power, not measured.',
  REGIONS_ONLY:
    'The full model looked only where a pass at low resolution saw something; the model’s card says what that can miss.',
  DETECTIONS_TRUNCATED: 'There were more detections than the model can report in one region.',
  LIBRARY_OLD: 'The installed OpenSlide has known security faults that version 4.0.1 closes.',
} as const;

export type WarningCode = keyof typeof WARNINGS;

/** The only error class that crosses a package or process border. `detail` adds the case's own facts; it never holds patient data. */
export class GigascopeError extends Error {
  override readonly name = 'GigascopeError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? ERRORS[code].title : `${ERRORS[code].title} (${detail})`, options);
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  toJSON(): { code: ErrorCode; message: string } {
    return { code: this.code, message: this.message };
  }
}

const SYSTEM_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  ENOENT: 'FILE_NOT_FOUND',
  EACCES: 'FILE_NOT_FOUND',
  EISDIR: 'FORMAT_UNSUPPORTED',
  ENOMEM: 'OUT_OF_MEMORY',
};

/** Turns whatever was thrown into a GigascopeError; system error numbers become codes, the rest INTERNAL. */
export function toGigascopeError(cause: unknown): GigascopeError {
  if (cause instanceof GigascopeError) return cause;
  const system = cause instanceof Error && 'code' in cause ? SYSTEM_CODES[String(cause.code)] : undefined;
  if (system !== undefined) return new GigascopeError(system, undefined, { cause });
  return new GigascopeError('INTERNAL', cause instanceof Error ? cause.message : String(cause), { cause });
}
