import { z } from 'zod';

/** One measured figure beside its goal and its peer or limit from the same run. */
export const BenchmarkRow = z.object({
  name: z.string(),
  /** The mark as people read it, e.g. "≥ 0.90". */
  goal: z.string(),
  reached: z.union([z.number(), z.string()]),
  met: z.boolean(),
  /** What it was measured against, with that one's figure. */
  peer: z.string(),
  command: z.string(),
});
export type BenchmarkRow = Readonly<z.infer<typeof BenchmarkRow>>;

/** small: inputs just large enough to see that the benchmark runs, whose figures mean nothing; large: those that take an hour, too. */
export type Size = 'small' | 'full' | 'large';

/** A benchmark measures; it is never a test's pass mark. */
export interface Benchmark {
  readonly description: string;
  run(say: (line: string) => void, size: Size): Promise<BenchmarkRow[]>;
}
