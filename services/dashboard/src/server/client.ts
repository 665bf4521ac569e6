/** The generated client as this page uses it: same origin, its session's cookie, refusals as ServerErrors. */
import { client, type Problem } from '@gigascope/client';
import { connection } from './connection.ts';
import { csrfToken } from './csrf-token.ts';
import { ServerError, serverError, unreachable } from './http.ts';
import { signedOut } from './signed-out.ts';

client.setConfig({ baseUrl: '', credentials: 'same-origin' });
client.interceptors.request.use((request) => {
  const token = csrfToken.get();
  if (token !== null && request.method !== 'GET') request.headers.set('x-csrf-token', token);
  return request;
});
client.interceptors.response.use((response) => {
  connection.set('online');
  return response;
});
client.interceptors.error.use((error, response) => {
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  if (response === undefined) {
    connection.set('offline');
    return unreachable();
  }
  if (response.status === 401) signedOut.set(true);
  return serverError(response.status, error as Partial<Problem>);
});

/** The body of an answer; a refusal is thrown as a ServerError. */
export async function asked<T>(answer: Promise<{ readonly data: T }>): Promise<T> {
  return (await answer).data;
}

/** Whether someone else was faster: the one refusal that a person has to settle. */
export function isConflict(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'EDIT_CONFLICT';
}
