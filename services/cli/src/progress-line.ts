import type { Progress } from '@gigascope/contracts';
import cliProgress from 'cli-progress';

const PLAIN_INTERVAL_MS = 5000;
const STAGES: Record<Progress['stage'], string> = {
  hash: 'reading the file',
  plan: 'finding tissue',
  blocks: 'analysing',
  finish: 'writing',
};

/** Shows progress on standard error: a bar on a terminal, now and then a line elsewhere. */
export class ProgressLine implements Disposable {
  readonly #bar = new cliProgress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: '{label} {bar} {percentage}% | {value}/{total} patches | {rate} patches/s | ETA {left}',
  });
  readonly #label: string;
  #started = false;
  #lastPlainMs = Number.NEGATIVE_INFINITY;
  #lastStage: string | undefined;

  constructor(label: string) {
    this.#label = label;
  }

  readonly show = (progress: Progress): void => {
    if (process.stderr.isTTY) this.#showBar(progress);
    else this.#showPlain(progress);
  };

  [Symbol.dispose](): void {
    if (this.#started) this.#bar.stop();
  }

  #showBar(progress: Progress): void {
    if (progress.stage !== 'blocks') return;
    const payload = { label: `${this.#label}${part(progress)}`, rate: rate(progress), left: left(progress) };
    if (!this.#started) this.#bar.start(progress.cellsTotal, progress.cellsDone, payload);
    else {
      // A pipeline's next stage has cells of its own.
      if (this.#bar.getTotal() !== progress.cellsTotal) this.#bar.setTotal(progress.cellsTotal);
      this.#bar.update(progress.cellsDone, payload);
    }
    this.#started = true;
  }

  #showPlain(progress: Progress): void {
    const now = performance.now();
    const stage = `${progress.stage}${part(progress)}`;
    if (stage === this.#lastStage && now - this.#lastPlainMs < PLAIN_INTERVAL_MS) return;
    this.#lastStage = stage;
    this.#lastPlainMs = now;
    const { cellsDone, cellsTotal } = progress;
    const counts =
      progress.stage === 'blocks'
        ? ` ${cellsDone}/${cellsTotal} patches, ${rate(progress)} patches/s, ETA ${left(progress)}`
        : '';
    process.stderr.write(`${this.#label}: ${STAGES[progress.stage]}${part(progress)}${counts}\n`);
  }
}

/** Which stage of a pipeline, where there are several. */
function part({ pipelineStage, pipelineStages }: Progress): string {
  return pipelineStage === undefined ? '' : ` (stage ${pipelineStage} of ${pipelineStages})`;
}

function rate({ patchesPerSecond }: Progress): string {
  return patchesPerSecond === null ? '–' : patchesPerSecond.toFixed(0);
}

function left({ etaSeconds }: Progress): string {
  if (etaSeconds === null) return '–';
  const seconds = Math.ceil(etaSeconds);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
