/** npm run bench [-- NAME...] [--json]: runs benchmarks, prints a table, or with --json `{ rows }` on standard output. */
import { parseArgs } from 'node:util';
import { batchSubmit } from './batch-submit.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { c4dGrades } from './c4d-grades.ts';
import { collageFroc } from './collage-froc.ts';
import { phantomFroc } from './phantom-froc.ts';
import { queueDrain } from './queue-drain.ts';
import { tiling } from './tiling.ts';
import { tusUpload } from './tus-upload.ts';
import { twoWorkers } from './two-workers.ts';
import { uploadMemory } from './upload-memory.ts';
import { viewerFrames } from './viewer-frames.ts';
import { viewerTiles } from './viewer-tiles.ts';
import { wholeProcess } from './whole-process.ts';

/** A new benchmark is one file and one line here. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'batch-submit': batchSubmit,
  'c4d-grades': c4dGrades,
  'collage-froc': collageFroc,
  'phantom-froc': phantomFroc,
  'queue-drain': queueDrain,
  tiling,
  'tus-upload': tusUpload,
  'two-workers': twoWorkers,
  'upload-memory': uploadMemory,
  'viewer-frames': viewerFrames,
  'viewer-tiles': viewerTiles,
  'whole-process': wholeProcess,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const rows: BenchmarkRow[] = [];
for (const name of names) {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined)
    throw new Error(`no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}`);
  process.stderr.write(`${name}: ${benchmark.description}\n`);
  rows.push(...(await benchmark.run((line) => process.stderr.write(`${line}\n`))));
}
if (values.json === true) process.stdout.write(`${JSON.stringify({ rows })}\n`);
else for (const row of rows) process.stdout.write(`${describe(row)}\n`);

function describe({ name, goal, reached, met, peer }: BenchmarkRow): string {
  return `${met ? 'met    ' : 'NOT MET'}  ${name.padEnd(44)} ${String(reached).padEnd(28)} goal ${goal.padEnd(12)} ${peer}`;
}
