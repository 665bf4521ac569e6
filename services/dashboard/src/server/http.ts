import type { Problem } from '@gigascope/contracts/http';
import { PROBLEM_MEDIA_TYPE } from '@gigascope/contracts/paths';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { connection } from './connection.ts';
import { csrfToken } from './csrf-token.ts';
import { signedOut } from './signed-out.ts';

/** An answer of the server that is no success, or none at all (`UNREACHABLE`, `ANSWER_INVALID`). `message` is a sentence. */
export class ServerError extends Error {
  readonly code: string;
  readonly detail: string | null;

  constructor(code: string, title: string, detail: string | null = null) {
    super(title);
    this.code = code;
    this.detail = detail;
  }
}

/** What a refusing answer says, by its problem where it has one (a proxy's page has none). */
export function serverError(status: number, problem: Partial<Problem> | undefined): ServerError {
  if (problem?.code === undefined || problem.title === undefined)
    return new ServerError(`HTTP_${status}`, phrases.errors.status(status));
  const issues = problem.issues?.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ServerError(problem.code, problem.title, problem.detail ?? issues ?? null);
}

export function refusal(status: number, mediaType: string | null, body: string): ServerError {
  try {
    const problem = mediaType?.startsWith(PROBLEM_MEDIA_TYPE) ? (JSON.parse(body) as Problem) : undefined;
    return serverError(status, problem);
  } catch {
    return serverError(status, undefined);
  }
}

export const unreachable = (): ServerError => new ServerError('UNREACHABLE', t('errors.unreachable'));

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    connection.set('offline');
    throw unreachable();
  }
  connection.set('online');
  if (response.status === 401) signedOut.set(true);
  if (!response.ok) throw refusal(response.status, response.headers.get('content-type'), await response.text());
  return response;
}

/**
 * Fetches JSON. The answer is trusted to be what the contract says: server and page are one release, and checking it
 * here would ship the schemas to every browser.
 */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { headers: { accept: 'application/json' }, ...(signal && { signal }) });
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, body?: unknown): Promise<T> {
  const token = csrfToken.get();
  const response = await request(path, {
    method: 'POST',
    headers: {
      ...(token !== null && { 'x-csrf-token': token }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}
