import type { Progress } from '@gigascope/contracts';

/** Tells how far an analysis is and, from the cells of this run alone, how fast it goes and when it ends. */
export class ProgressMeter {
  readonly #report: (progress: Progress) => void;
  readonly #clockMs: () => number;
  #blocksTotal = 0;
  #cellsTotal = 0;
  #blocksDone = 0;
  #cellsDone = 0;
  #cellsAtStart = 0;
  #startedMs = 0;
  #pipeline: { readonly stage: number; readonly stages: number } | null = null;

  constructor(report: (progress: Progress) => void, clockMs: () => number = () => performance.now()) {
    this.#report = report;
    this.#clockMs = clockMs;
  }

  /** `pipeline` says which of the bundle's stages begins, from 0. */
  enter(stage: Progress['stage'], pipeline?: { readonly stage: number; readonly stages: number }): void {
    if (pipeline !== undefined) this.#pipeline = pipeline.stages > 1 ? pipeline : null;
    this.#send(stage);
  }

  /** Begins the blocks; those that an earlier run finished count as done but not towards the speed. */
  begin(total: { blocks: number; cells: number }, alreadyDone: { blocks: number; cells: number }): void {
    this.#blocksTotal = total.blocks;
    this.#cellsTotal = total.cells;
    this.#blocksDone = alreadyDone.blocks;
    this.#cellsDone = alreadyDone.cells;
    this.#cellsAtStart = alreadyDone.cells;
    this.#startedMs = this.#clockMs();
    this.#send('blocks');
  }

  blockDone(cells: number): void {
    this.#blocksDone += 1;
    this.#cellsDone += cells;
    this.#send('blocks');
  }

  #send(stage: Progress['stage']): void {
    const seconds = (this.#clockMs() - this.#startedMs) / 1000;
    const cells = this.#cellsDone - this.#cellsAtStart;
    const patchesPerSecond = stage === 'blocks' && cells > 0 && seconds > 0 ? cells / seconds : null;
    this.#report({
      stage,
      ...(this.#pipeline !== null && {
        pipelineStage: this.#pipeline.stage + 1,
        pipelineStages: this.#pipeline.stages,
      }),
      blocksDone: this.#blocksDone,
      blocksTotal: this.#blocksTotal,
      cellsDone: this.#cellsDone,
      cellsTotal: this.#cellsTotal,
      patchesPerSecond,
      etaSeconds: patchesPerSecond === null ? null : (this.#cellsTotal - this.#cellsDone) / patchesPerSecond,
    });
  }
}
