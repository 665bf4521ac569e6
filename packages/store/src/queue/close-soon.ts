import { setTimeout as sleep } from 'node:timers/promises';

const CLOSE_WITHIN_MS = 3_000;

interface Closable {
  close(): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

/** Closes, or gives up after a while: closing waits for the server, which may be gone. */
export async function closeSoon(closable: Closable): Promise<void> {
  const closed = closable.close().then(
    () => true,
    () => true,
  );
  const late = (value: boolean) => sleep(CLOSE_WITHIN_MS, value, { ref: false });
  if (await Promise.race([closed, late(false)])) return;
  await Promise.race([closable.disconnect().catch(() => {}), late(false)]);
}
