import { ERRORS, type ErrorCode, GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { Problem } from '@gigascope/contracts/http';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** Errors of fastify and its plugins that have a code of ours; other 4xx are ARGUMENT_INVALID. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
  FST_REQ_FILE_TOO_LARGE: 'UPLOAD_TOO_LARGE',
  FST_PARTS_LIMIT: 'REQUEST_TOO_LARGE',
  FST_FILES_LIMIT: 'REQUEST_TOO_LARGE',
  FST_FIELDS_LIMIT: 'REQUEST_TOO_LARGE',
  FST_ERR_MAX_PARAM_LENGTH: 'NOT_FOUND',
};

/** Turns whatever a route or fastify threw into one of our errors. */
export function errorOf(cause: unknown): GigascopeError {
  if (cause instanceof GigascopeError || !(cause instanceof Error)) return toGigascopeError(cause);
  const code = 'code' in cause ? FASTIFY_CODES[String(cause.code)] : undefined;
  if (code !== undefined) return new GigascopeError(code, undefined, { cause });
  const status = 'statusCode' in cause ? Number(cause.statusCode) : 500;
  if (status >= 400 && status < 500) return new GigascopeError('ARGUMENT_INVALID', cause.message, { cause });
  return toGigascopeError(cause);
}

/** An error that names what of the request is wrong, each with a sentence. */
export class RequestProblem extends GigascopeError {
  readonly issues: Problem['issues'];

  constructor(code: ErrorCode, issues: NonNullable<Problem['issues']>, detail?: string) {
    super(code, detail);
    this.issues = issues;
  }
}

/** The answer to an error. Details of the server's own faults stay in the log, to be found by the request's id. */
export function problemOf(cause: unknown, requestId: string): Problem {
  const { code, detail } = errorOf(cause);
  const { status, title } = ERRORS[code];
  return {
    type: 'about:blank',
    title,
    status,
    code,
    ...(detail === undefined || status >= 500 ? {} : { detail }),
    instance: requestId,
    ...(cause instanceof RequestProblem ? { issues: cause.issues } : {}),
    ...(hasZodFastifySchemaValidationErrors(cause)
      ? {
          issues: cause.validation.map(({ instancePath, message }) => ({ path: instancePath, message: message ?? '' })),
        }
      : {}),
  };
}
