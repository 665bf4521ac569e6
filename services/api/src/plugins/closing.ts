import type { Api } from '../context.ts';

const LOOK_EVERY_MS = 100;

/**
 * A signal that aborts when the application begins to close, so that streams without an end end then. Connections that
 * fall idle only after that are closed too: kept alive, each would hold up the close for over a minute.
 */
export function registerClosing(app: Api): AbortSignal {
  const closing = new AbortController();
  app.addHook('preClose', async () => {
    closing.abort();
    const timer = setInterval(() => app.server.closeIdleConnections(), LOOK_EVERY_MS).unref();
    app.server.once('close', () => clearInterval(timer));
  });
  return closing.signal;
}
