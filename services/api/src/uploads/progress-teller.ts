const PROGRESS_EVERY_MS = 1_000;

/** Passes a size on at most once a second, and not while it is still being told; a size that could not be told is lost. */
export function progressTeller(tell: (receivedBytes: number) => Promise<void>): (receivedBytes: number) => void {
  let toldMs = performance.now();
  let isTelling = false;
  return (receivedBytes) => {
    if (isTelling || performance.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = performance.now();
    isTelling = true;
    tell(receivedBytes)
      .catch(() => {})
      .finally(() => {
        isTelling = false;
      });
  };
}
