import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';
import type { WebhookError } from '@gigascope/contracts/http';
import { Agent, request } from 'undici';
import type { Target } from './find-target.ts';

const CONNECT_WITHIN_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** A call that got no answer. */
export class PostError extends Error {
  readonly code: WebhookError;

  constructor(code: WebhookError, cause: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/**
 * Posts to the target's checked addresses, over a connection of its own, without a proxy and without following redirects.
 * Of the answer only the status counts; up to 64 KiB of its body are read so that the receiver may finish, and dropped.
 * @throws PostError
 */
export async function post(
  { url, addresses }: Target,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const agent = new Agent({
    connect: { timeout: CONNECT_WITHIN_MS, lookup: pinnedTo(addresses), allowH2: false },
    maxHeaderSize: MAX_HEADER_BYTES,
    pipelining: 0,
  });
  try {
    const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
    const retryAfter = answer.headers['retry-after'];
    await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => {});
    return { status: answer.statusCode, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter };
  } catch (cause) {
    throw new PostError(whyNot(cause), cause);
  } finally {
    await agent.destroy().catch(() => {});
  }
}

/** Answers the addresses that were checked to whoever asks for the name's. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_hostname, options, callback) => {
    const [first] = all;
    if (first === undefined) callback(new Error('no address'), '', 0);
    else if (options.all === true) callback(null, all);
    else callback(null, first.address, first.family);
  };
}

function whyNot(cause: unknown): WebhookError {
  if (!(cause instanceof Error)) return 'CONNECT_FAILED';
  const code = 'code' in cause ? String(cause.code) : '';
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError' || /TIMEOUT|TIMEDOUT/.test(code)) return 'TIMEOUT';
  if (/^HPE_|HEADERS_OVERFLOW|RES_CONTENT|UND_ERR_RESPONSE/.test(code)) return 'ANSWER_INVALID';
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return 'TLS_FAILED';
  return 'CONNECT_FAILED';
}
