/**
 * node bench/profile.ts [SLIDE] [--model NAME]: where the time of `analyze` goes. V8's sampling profile of every thread of command and
 * engine, and ONNX Runtime's own profile by operator. Prints Markdown, which `npm run bench -- --write-docs` takes over from
 * var/profile/profile.md; the .cpuprofile files beside it open as flame graphs in a browser's developer tools.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBundle } from '@gigascope/models';
import { InferenceSession } from 'onnxruntime-node';
import { config } from '../services/cli/src/config.ts';
import { gigascope } from './gigascope-command.ts';
import { phantomSlide } from './phantom-slide.ts';
import { preparedBatches } from './prepared-batches.ts';
import { type CpuProfile, selfTimes, threadName } from './profile/cpu-profile.ts';
import { type OperatorEvent, operatorTimes } from './profile/operator-profile.ts';
import { selfTimeTable } from './profile/self-time-table.ts';
import { describeMachine } from './record/machine.ts';
import { BATCH } from './slide-plan.ts';

const WORK = 'var/profile';
const PHANTOM = { seed: 1101, widthPx: 12_000, heightPx: 10_000 };
const RUNS = 12;
/** Threads by the file that only they run. */
const THREADS = {
  '/slide-thread.worker.ts': 'reader thread of the engine',
  '/ort-thread-worker.ts': 'inference thread of the engine',
  '/engine-host.ts': 'main thread of the engine',
  '/run-analyses.ts': 'command',
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string', default: 'metastasis' } },
});
const slide = positionals[0] ?? (await phantomSlide(PHANTOM, (line) => void process.stderr.write(`${line}\n`)));
await rm(WORK, { recursive: true, force: true });
await mkdir(WORK, { recursive: true });
const { run } = (await profiledAnalysis(slide, values.model)) as { run: Record<string, number> };
const report = [
  `\`${values.model}\` on \`${basename(slide)}\`, ${describeMachine()}: ${seconds(run['wallMs'])} in all, inference ${seconds(run['inferenceMs'])}, ` +
    `reading ${seconds(run['readMs'])}, ${run['patches']} patches.`,
  ...(await threadTables()),
  await operatorTable(slide, values.model),
].join('\n\n');
await writeFile(join(WORK, 'profile.md'), `${report}\n`);
process.stdout.write(`${report}\n`);

async function profiledAnalysis(path: string, model: string): Promise<Record<string, unknown>> {
  const options = `--cpu-prof --cpu-prof-dir=${WORK}`;
  return await gigascope(['analyze', path, '--model', model, '--out', join(WORK, 'out')], { NODE_OPTIONS: options });
}

async function threadTables(): Promise<string[]> {
  const files = (await readdir(WORK)).filter((name) => name.endsWith('.cpuprofile'));
  const threads = await Promise.all(
    files.map(async (name) => {
      const profile = JSON.parse(await readFile(join(WORK, name), 'utf8')) as CpuProfile;
      return { name: threadName(profile, THREADS), times: selfTimes(profile) };
    }),
  );
  const total = ({ times }: (typeof threads)[number]): number => times.reduce((sum, { ms }) => sum + ms, 0);
  return threads.toSorted((a, b) => total(b) - total(a)).map(({ name, times }) => selfTimeTable(name, times));
}

async function operatorTable(path: string, model: string): Promise<string> {
  const [bundle] = (await findBundle(config.modelsFolder, model)).stages;
  const batches = await preparedBatches(path, bundle, BATCH);
  const session = await InferenceSession.create(bundle.model, {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    enableProfiling: true,
    profileFilePrefix: join(WORK, 'operators'),
  });
  const { input, output } = bundle.manifest;
  for (let at = 0; at < RUNS; at += 1) {
    const batch = batches[at % batches.length];
    if (batch !== undefined) await session.run({ [input.name]: batch }, [output.name]);
  }
  session.endProfiling();
  await session.release();
  const [file = ''] = (await readdir(WORK)).filter((name) => name.startsWith('operators'));
  const events = JSON.parse(await readFile(join(WORK, file), 'utf8')) as OperatorEvent[];
  return selfTimeTable(`inference by operator, ${RUNS} batches of ${BATCH}`, operatorTimes(events));
}

function seconds(ms: number | undefined): string {
  return `${((ms ?? 0) / 1000).toFixed(1)} s`;
}
