import { GigascopeError } from '@gigascope/contracts';
import type { Api } from '../context.ts';
import { sendProblem } from './problems.ts';

const BODY_WITHIN_MS = 20_000;
const READ_WHOLE = /^(application\/(geo\+)?json|application\/xml|text\/(csv|xml))/i;

/**
 * Refuses a body of JSON, CSV or XML that takes over 20 s to arrive (REQUEST_TIMEOUT). Node's own limit is off, because a
 * slide's upload may take hours; uploads have a limit of their own on silence.
 */
export function registerSlowBodies(app: Api): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    if (!READ_WHOLE.test(request.headers['content-type'] ?? '')) return payload;
    const timer = setTimeout(() => {
      if (reply.sent) return;
      void reply.header('connection', 'close');
      sendProblem(reply, new GigascopeError('REQUEST_TIMEOUT'), request.id);
    }, BODY_WITHIN_MS);
    payload.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
    return payload;
  });
}
