interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** A transfer seen over its last seconds, oldest sample first. */
export interface TransferRate {
  readonly samples: readonly Sample[];
}

const WINDOW_MS = 5000;

export const NO_TRANSFER: TransferRate = { samples: [] };

/**
 * Adds "so many bytes by this instant", and forgets what is older than five seconds but for one sample to measure from.
 * Fewer bytes than before are a line that was cut: the count goes on from what had arrived.
 */
export function sampled({ samples }: TransferRate, atMs: number, bytes: number): TransferRate {
  if (bytes < (samples.at(-1)?.bytes ?? 0)) return { samples: [{ atMs, bytes }] };
  const next = [...samples, { atMs, bytes }];
  const firstInside = next.findIndex((sample) => sample.atMs >= atMs - WINDOW_MS);
  return { samples: next.slice(Math.max(0, firstInside - 1)) };
}

/** Mean speed over the window; null until half a second was seen. */
export function bytesPerSecond({ samples }: TransferRate): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < 500) return null;
  return ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000;
}

/** Seconds until `totalBytes` are sent at the present speed; null where there is none. */
export function secondsLeft(rate: TransferRate, totalBytes: number): number | null {
  const speed = bytesPerSecond(rate);
  const sent = rate.samples.at(-1)?.bytes ?? 0;
  return speed === null || speed <= 0 ? null : (totalBytes - sent) / speed;
}
