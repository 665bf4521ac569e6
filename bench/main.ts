/**
 * npm run bench [-- NAME...] [--json] [--small | --large]: runs benchmarks and prints one table, or with --json `{ rows }` on standard
 * output; keeps each one's last rows in var/bench.json. --write-docs runs nothing: it writes those, and bench/profile.ts's profile, into
 * docs/performance.md.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { arithmetic } from './arithmetic.ts';
import { batchSubmit } from './batch-submit.ts';
import type { Benchmark, BenchmarkRow, Size } from './benchmark.ts';
import { bigSlides } from './big-slides.ts';
import { c4dGrades } from './c4d-grades.ts';
import { collageFroc } from './collage-froc.ts';
import { costModel } from './cost-model.ts';
import { fasterModels } from './faster-models.ts';
import { gpu } from './gpu.ts';
import { ingest } from './ingest.ts';
import { mixedLoad } from './mixed-load.ts';
import { peers } from './peers.ts';
import { phantomFroc } from './phantom-froc.ts';
import { pipelineLoop } from './pipeline-loop.ts';
import { queueDrain } from './queue-drain.ts';
import { describeMachine } from './record/machine.ts';
import { keepMeasured, readMeasured } from './record/measured.ts';
import { markdownTables, withSection } from './record/performance-document.ts';
import { textTable } from './record/text-table.ts';
import { scheduling } from './scheduling.ts';
import { tiling } from './tiling.ts';
import { tusUpload } from './tus-upload.ts';
import { twoWorkers } from './two-workers.ts';
import { uploadMemory } from './upload-memory.ts';
import { viewerFrames } from './viewer-frames.ts';
import { viewerTiles } from './viewer-tiles.ts';
import { wholeProcess } from './whole-process.ts';
import { worklist } from './worklist.ts';

/** A new benchmark is one file and one line here. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  tiling,
  'pipeline-loop': pipelineLoop,
  'whole-process': wholeProcess,
  'big-slides': bigSlides,
  'cost-model': costModel,
  peers,
  'viewer-tiles': viewerTiles,
  'viewer-frames': viewerFrames,
  ingest,
  'upload-memory': uploadMemory,
  'tus-upload': tusUpload,
  scheduling,
  'queue-drain': queueDrain,
  'batch-submit': batchSubmit,
  worklist,
  'two-workers': twoWorkers,
  'mixed-load': mixedLoad,
  'phantom-froc': phantomFroc,
  'faster-models': fasterModels,
  arithmetic,
  gpu,
  'collage-froc': collageFroc,
  'c4d-grades': c4dGrades,
};
const MEASURED = 'var/bench.json';
const DOCUMENT = 'docs/performance.md';
/** Left by bench/profile.ts. */
const PROFILE = 'var/profile/profile.md';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
  },
});
if (values['write-docs']) await writeDocument();
else await runAll(positionals, values.small ? 'small' : values.large ? 'large' : 'full');

async function runAll(asked: readonly string[], size: Size): Promise<void> {
  const chosen = (asked.length > 0 ? asked : Object.keys(BENCHMARKS)).map((name) => {
    const benchmark = BENCHMARKS[name];
    if (benchmark === undefined)
      throw new Error(`no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}`);
    return { name, benchmark };
  });
  const rows: BenchmarkRow[] = [];
  for (const { name, benchmark } of chosen) {
    say(`${name}: ${benchmark.description}`);
    try {
      const found = await benchmark.run(say, size);
      rows.push(...found);
      if (size !== 'small') await keep(name, found);
    } catch (error) {
      // Hours of other benchmarks are not lost with this one.
      say(`${name} FAILED: ${error instanceof Error ? error.stack : String(error)}`);
      process.exitCode = 1;
    }
  }
  process.stdout.write(values.json ? `${JSON.stringify({ rows })}\n` : `${textTable(rows)}\n`);
}

async function keep(benchmark: string, rows: readonly BenchmarkRow[]): Promise<void> {
  const machine = describeMachine();
  const measuredAt = new Date().toISOString();
  await keepMeasured(
    MEASURED,
    benchmark,
    rows.map((row) => ({ ...row, benchmark, machine, measuredAt })),
  );
}

async function writeDocument(): Promise<void> {
  const tables = markdownTables(await readMeasured(MEASURED), Object.keys(BENCHMARKS));
  const document = withSection(await readFile(DOCUMENT, 'utf8'), 'figures', tables);
  const profile = existsSync(PROFILE) ? (await readFile(PROFILE, 'utf8')).trim() : null;
  // Without a profile of this checkout the one in the document stays.
  await writeFile(DOCUMENT, profile === null ? document : withSection(document, 'profile', profile));
  say(`wrote ${DOCUMENT}${profile === null ? '; node bench/profile.ts makes its profile' : ''}`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
