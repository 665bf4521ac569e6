import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileWhole } from '@gigascope/analysis';
import { z } from 'zod';
import { BenchmarkRow } from '../benchmark.ts';

const MeasuredRow = BenchmarkRow.extend({
  benchmark: z.string(),
  machine: z.string(),
  /** ISO 8601. */
  measuredAt: z.string(),
});
export type MeasuredRow = Readonly<z.infer<typeof MeasuredRow>>;

const MeasuredFile = z.object({ rows: z.array(MeasuredRow) });

/** What was measured so far, each benchmark's last run; nothing where the file is not there. Throws for another file. */
export async function readMeasured(path: string): Promise<readonly MeasuredRow[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"rows":[]}';
    throw error;
  });
  return MeasuredFile.parse(JSON.parse(text)).rows;
}

/** Puts a benchmark's rows in the place of those of its last run. */
export async function keepMeasured(path: string, benchmark: string, rows: readonly MeasuredRow[]): Promise<void> {
  const others = (await readMeasured(path)).filter((row) => row.benchmark !== benchmark);
  await mkdir(dirname(path), { recursive: true });
  await writeFileWhole(path, `${JSON.stringify({ rows: [...others, ...rows] }, null, 2)}\n`);
}
