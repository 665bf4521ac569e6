import cliProgress from 'cli-progress';

/** Progress of a slide being written, in tiles, on standard error when that is a terminal. */
export class TileProgress implements Disposable {
  readonly #bar = new cliProgress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: '{label} {bar} {percentage}% | {value}/{total} tiles | ETA {eta_formatted}',
  });
  readonly #label: string;
  #started = false;

  constructor(label: string) {
    this.#label = label;
  }

  readonly show = (done: number, total: number): void => {
    if (!process.stderr.isTTY) return;
    if (!this.#started) this.#bar.start(total, done, { label: this.#label });
    else this.#bar.update(done);
    this.#started = true;
  };

  [Symbol.dispose](): void {
    if (this.#started) this.#bar.stop();
  }
}
