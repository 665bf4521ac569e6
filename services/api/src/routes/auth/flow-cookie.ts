import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Cookies } from '../../access/cookies.ts';

const COOKIE = 'gigascope-login';
const MAX_AGE_SECONDS = 600;

/** What is kept of a sign-in while its person is at the identity provider: in their browser, so that only it can end it. */
const Flow = z.object({
  state: z.string().min(1),
  nonce: z.string().min(1),
  verifier: z.string().min(1),
  /** Where to go in the end. */
  to: z.string(),
});
export type Flow = z.infer<typeof Flow>;

export function keepFlow(cookies: Cookies, reply: FastifyReply, flow: Flow): void {
  const text = Buffer.from(JSON.stringify(flow)).toString('base64url');
  // Lax: the browser comes back from the provider's site.
  cookies.set(reply, COOKIE, text, { sameSite: 'lax', maxAgeSeconds: MAX_AGE_SECONDS });
}

/** Once only; null where this browser began no sign-in, or too long ago. */
export function takeFlow(cookies: Cookies, request: FastifyRequest, reply: FastifyReply): Flow | null {
  const text = cookies.read(request, COOKIE);
  cookies.clear(reply, COOKIE);
  try {
    return Flow.parse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString()));
  } catch {
    return null;
  }
}
