import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, type ErrorCode, GigascopeError, toGigascopeError } from '@gigascope/contracts';
import { findItems, type Item, signatureOf } from './find-items.ts';
import { packItem } from './pack-item.ts';
import { putDone, putRefused } from './put-aside.ts';
import { type Destination, sendItem } from './send-item.ts';
import { SettledItems } from './settled-items.ts';

/** Hidden, so that it is no item itself. */
export const WORK_FOLDER = '.gigascope-watch';
/** Of these the person who started the command must hear. */
const FATAL: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'CANCELED'];
const SLOWEST_MS = 5_000;
const QUICKEST_MS = 50;

export interface WatchOptions {
  readonly folder: string;
  readonly settleMs: number;
  /** Ends when what was there at the start is done; what still changes then is left. */
  readonly once: boolean;
  readonly to: Destination;
  readonly onEvent: (event: WatchEvent) => void;
}

export type WatchEvent =
  | { readonly outcome: 'accepted'; readonly name: string; readonly slideId: string }
  | { readonly outcome: 'refused' | 'later'; readonly name: string; readonly code: string; readonly reason: string };

/**
 * Sends whatever comes to rest in a folder, one at a time, and moves it to `done/` or `refused/`. It looks again and again
 * instead of being told, for network shares tell nothing. Answers the names of what was left.
 * @throws GigascopeError UNAUTHENTICATED, FORBIDDEN, FILE_NOT_FOUND
 */
export async function watchFolder(options: WatchOptions, signal: AbortSignal): Promise<readonly string[]> {
  const { folder, settleMs, once } = options;
  const settled = new SettledItems(settleMs);
  const everyMs = Math.min(SLOWEST_MS, Math.max(QUICKEST_MS, settleMs / 4));
  const beganMs = performance.now();
  while (!signal.aborted) {
    const lookedMs = performance.now();
    const ready = settled.look(await findItems(folder), lookedMs);
    let isAnyLater = false;
    for (const item of ready) {
      if (signal.aborted) break;
      const event = await take(item, options, signal);
      if (event === null) continue;
      isAnyLater ||= event.outcome === 'later';
      options.onEvent(event);
    }
    if (once && (isAnyLater || (ready.length === 0 && lookedMs - beganMs > settleMs + everyMs))) break;
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
  return (await findItems(folder)).map(({ name }) => name);
}

/** null: it changed while it was sent, or went away, and is looked at again. */
async function take(item: Item, { folder, to }: WatchOptions, signal: AbortSignal): Promise<WatchEvent | null> {
  const { name } = item;
  try {
    await using packed = await packItem(folder, join(folder, WORK_FOLDER), item, signal);
    const { state, slideId, error } = await sendItem(packed, to, signal);
    if (!(await isSame(folder, item))) return null;
    if (state === 'ready' && slideId !== null) {
      await putDone(folder, item);
      return { outcome: 'accepted', name, slideId };
    }
    const code = (error?.code ?? 'INTERNAL') as ErrorCode;
    const failure = new GigascopeError(code in ERRORS ? code : 'INTERNAL', error?.detail ?? undefined);
    if (state === 'failed' && failure.retryable) return later(name, failure);
    return await refuse(folder, item, failure);
  } catch (cause) {
    const error = toGigascopeError(cause);
    if (signal.aborted || FATAL.includes(error.code)) throw signal.aborted ? new GigascopeError('CANCELED') : error;
    if (!(await isSame(folder, item))) return null;
    return error.status < 500 && !error.retryable ? await refuse(folder, item, error) : later(name, error);
  }
}

async function refuse(folder: string, item: Item, error: GigascopeError): Promise<WatchEvent> {
  const reason = `${error.code}: ${error.message}`;
  await putRefused(folder, item, reason);
  return { outcome: 'refused', name: item.name, code: error.code, reason };
}

function later(name: string, { code, message }: GigascopeError): WatchEvent {
  return { outcome: 'later', name, code, reason: message };
}

async function isSame(folder: string, item: Item): Promise<boolean> {
  const now = (await findItems(folder)).find(({ name }) => name === item.name);
  return now !== undefined && signatureOf(now) === signatureOf(item);
}
