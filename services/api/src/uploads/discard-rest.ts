import type { IncomingMessage } from 'node:http';

const DISCARD_WITHIN_MS = 5_000;

/**
 * Reads on what the sender still sends after it was refused, so that it gets to read the answer instead of a reset, and
 * cuts the line when it does not stop within 5 s.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  // A pending iterator would keep the stream from flowing.
  request.removeAllListeners('readable');
  setImmediate(() => request.resume());
  const timer = setTimeout(() => request.destroy(), DISCARD_WITHIN_MS);
  request.once('close', () => clearTimeout(timer)).on('error', () => {});
}
