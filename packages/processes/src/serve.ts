import { type Protocol, toGigascopeError } from '@gigascope/contracts';
import { type ReplyMessage, type ReplyOf, type RequestMessage, STOP } from './messages.ts';

/** One function per method of the protocol; what it throws reaches the caller as a GigascopeError. */
export type Handlers<P extends Protocol> = {
  readonly [M in keyof P & string]: (request: P[M]['request']['_zod']['output']) => Promise<ReplyOf<P, M>>;
};

/**
 * Answers a parent's requests until it asks to stop or goes away; then runs `close` and ends the process.
 * Signals of a terminal are left to the parent, which stops its children in order.
 */
export function serve<P extends Protocol>(protocol: P, handlers: Handlers<P>, close: () => Promise<void>): void {
  const send = (message: ReplyMessage): void => {
    if (process.connected) process.send?.(message);
  };
  let stopping = false;
  const stop = async (): Promise<void> => {
    // A parent may ask twice, or go away after it asked.
    if (stopping) return;
    stopping = true;
    await close();
    process.exit(0);
  };
  const answer = async ({ id, method, request }: RequestMessage): Promise<void> => {
    try {
      const schema = protocol[method]?.request;
      const handler = handlers[method];
      if (schema === undefined || handler === undefined) throw new Error(`no method ${method}`);
      send({ id, reply: await handler(schema.parse(request)) });
    } catch (cause) {
      const { code, detail } = toGigascopeError(cause);
      send({ id, error: { code, detail } });
    }
  };
  process.on('SIGINT', () => {});
  process.on('message', (message: RequestMessage | typeof STOP) => {
    void (message === STOP ? stop() : answer(message));
  });
  process.once('disconnect', () => void stop());
}
