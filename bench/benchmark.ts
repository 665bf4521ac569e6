/** One measured figure beside its goal and its peer or limit from the same run. */
export interface BenchmarkRow {
  readonly name: string;
  /** The mark as people read it, e.g. "≥ 0.90". */
  readonly goal: string;
  readonly reached: number | string;
  readonly met: boolean;
  /** What it was measured against, with that one's figure. */
  readonly peer: string;
  readonly command: string;
}

/** A benchmark measures; it is never a test's pass mark. */
export interface Benchmark {
  readonly description: string;
  run(say: (line: string) => void): Promise<BenchmarkRow[]>;
}
