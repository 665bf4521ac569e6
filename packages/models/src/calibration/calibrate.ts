import { type Calibration, isSameRun, type RunSettings } from '@gigascope/contracts';
import type { Engine } from '../engines/engine.ts';
import { batchBytes } from '../engines/options.ts';
import type { Shape } from './candidates.ts';
import { ReadLoad } from './read-load.ts';

/** What may be chosen among; the first shape is the usual one. */
export interface CalibrationInput {
  /** Opens the network, which takes pictures of `sidePx`² · 3 bytes. */
  readonly open: (settings: RunSettings) => Promise<Engine>;
  readonly sidePx: number;
  readonly shapes: readonly [Shape, ...Shape[]];
  /** Ascending. */
  readonly batches: readonly number[];
  /** Used where answers depend on the settings. */
  readonly usual: RunSettings;
  /** Any picture, such as the golden patch; others are made of it. */
  readonly sample: Uint8Array;
  /** No trial is begun that would not end by then, but the first. */
  readonly budgetMs: number;
  readonly clockMs?: () => number;
}

type Trial = Calibration['tried'][number];

/** Of one trial, after a run that allocates. */
const LEAST_MS = 250;
const LEAST_RUNS = 2;
/** Shapes are compared with the usual batch, or with the largest that takes no longer than this. */
const PROBE_MS = 100;
/** What is this near to the fastest is as good: then the usual shape is taken, and the smaller batch, of which less is wasted where a slide ends. */
const NEAR = 0.97;
/** Batches that are filled or wait while others run. */
const BATCHES_READY = 2;
/** Different pictures, so that an answer in another's place shows. */
const PICTURES = 4;
/** What sessions may take on top of the process. */
const MAX_GROWTH_BYTES = 768 * 2 ** 20;

/**
 * Tries settings out on pictures that another thread prepares at the cost of reading them, and takes the fastest: first how the
 * processors are shared out, then the batch. Others than the usual settings are only chosen where all that were tried give the
 * same answers, bit for bit.
 */
export async function calibrate(input: CalibrationInput): Promise<Calibration> {
  const { shapes, batches, usual, clockMs = () => performance.now() } = input;
  await using trials = new Trials(input, clockMs, clockMs() + input.budgetMs);
  const [usualShape] = shapes;
  const least = batches[0] ?? usual.batchSize;
  await trials.run({ ...usualShape, batchSize: least });
  const isQuick = (size: number): boolean => size <= usual.batchSize && trials.predictMs(size) <= PROBE_MS;
  const probe = batches.findLast(isQuick) ?? least;
  for (const shape of shapes) await trials.run({ ...shape, batchSize: probe });
  const complete = !trials.outOfTime;
  const probed = trials.done.filter(({ batchSize }) => batchSize === probe);
  const { sessions, threads } = nearFastest(probed)[0] ?? usual;
  // From the probe outwards, since there may not be time for all.
  const outwards = batches.toSorted((a, b) => Math.abs(Math.log2(a / probe)) - Math.abs(Math.log2(b / probe)));
  for (const batchSize of outwards) await trials.run({ sessions, threads, batchSize });
  const rivals = trials.done.filter((trial) => trial.sessions === sessions && trial.threads === threads);
  const best = nearFastest(rivals).toSorted((a, b) => a.batchSize - b.batchSize)[0];
  const { sameAnswers, done } = trials;
  const settings = best === undefined || !complete || !sameAnswers ? usual : settingsOf(best);
  return { settings, tried: done, sameAnswers, complete };
}

/** In the order of the trials. */
function nearFastest(trials: readonly Trial[]): readonly Trial[] {
  const most = Math.max(...trials.map(({ picturesPerSecond }) => picturesPerSecond));
  return trials.filter(({ picturesPerSecond }) => picturesPerSecond >= NEAR * most);
}

function settingsOf({ sessions, threads, batchSize }: RunSettings): RunSettings {
  return { sessions, threads, batchSize };
}

/** The trials of one calibration, within its time and memory. */
class Trials implements AsyncDisposable {
  readonly done: Trial[] = [];
  sameAnswers = true;
  /** Something was not tried because it would have taken too long. */
  outOfTime = false;
  readonly #input: CalibrationInput;
  readonly #clockMs: () => number;
  readonly #deadlineMs: number;
  readonly #rssAtStart = process.memoryUsage.rss();
  readonly #mayGrow = Math.min(MAX_GROWTH_BYTES, process.availableMemory() / 4);
  readonly #pictures: readonly Uint8Array[];
  readonly #reader: ReadLoad;
  #answers: Float32Array[] = [];
  #openingMs = 0;
  /** As many pictures at once took too much memory. */
  #tooMany = Number.POSITIVE_INFINITY;

  constructor(input: CalibrationInput, clockMs: () => number, deadlineMs: number) {
    this.#input = input;
    this.#clockMs = clockMs;
    this.#deadlineMs = deadlineMs;
    this.#pictures = picturesOf(input.sample, batchBytes(1, input.sidePx));
    this.#reader = new ReadLoad(input.sidePx * 3);
  }

  /** Tries settings out, the first time always, later only where time and memory suffice. What was tried is not tried again. */
  async run(settings: RunSettings): Promise<void> {
    const isFirst = this.done.length === 0;
    if (!isFirst && (this.done.some((trial) => isSameRun(trial, settings)) || !this.#fits(settings))) return;
    const began = this.#clockMs();
    await using engine = await this.#input.open(settings);
    this.#openingMs = Math.max(this.#openingMs, this.#clockMs() - began);
    const picturesPerSecond = await this.#time(engine);
    const isLarge = process.memoryUsage.rss() - this.#rssAtStart > this.#mayGrow;
    if (isLarge) this.#tooMany = settings.sessions * settings.batchSize;
    if (!isLarge || isFirst) this.done.push({ ...settings, picturesPerSecond });
  }

  /** What a run takes by the first trial; 0 before that. */
  predictMs(pictures: number): number {
    const [first] = this.done;
    return first === undefined ? 0 : (pictures / first.picturesPerSecond) * 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
  }

  #fits({ sessions, batchSize }: RunSettings): boolean {
    const runMs = this.predictMs(batchSize);
    const takesMs = this.#openingMs + runMs + Math.max(LEAST_MS, LEAST_RUNS * runMs);
    if (sessions * batchSize >= this.#tooMany) return false;
    const isInTime = this.#clockMs() + takesMs <= this.#deadlineMs;
    this.outOfTime ||= !isInTime;
    return isInTime;
  }

  /** Pictures a second, once each session has run and allocated. */
  async #time(engine: Engine): Promise<number> {
    const { batchSize, runsAtOnce } = engine;
    const pictures = Buffer.concat(Array.from({ length: batchSize }, (_, at) => this.#picture(at)));
    const firsts = Array.from({ length: runsAtOnce }, () => Uint8Array.from(pictures));
    const warm = await Promise.all(firsts.map((data) => engine.infer({ data, count: batchSize })));
    for (const { answers } of warm) this.#compare(answers);
    const ready = Array.from({ length: BATCHES_READY }, () => Uint8Array.from(pictures));
    const began = this.#clockMs();
    let runs = 0;
    const more = (): boolean => runs < LEAST_RUNS * runsAtOnce || this.#clockMs() - began < LEAST_MS;
    const lane = async (data: Uint8Array<ArrayBuffer>): Promise<void> => {
      let free = data;
      while (more()) {
        runs += 1;
        free = (await engine.infer({ data: await this.#reader.fill(free), count: batchSize })).data;
      }
    };
    await Promise.all([...warm.map(({ data }) => data), ...ready].map(lane));
    return (runs * batchSize * 1000) / (this.#clockMs() - began);
  }

  #picture(at: number): Uint8Array {
    return this.#pictures[at % PICTURES] as Uint8Array;
  }

  /** The first answer to each picture is what all others must be, wherever in its batch it stands. */
  #compare(answers: readonly Float32Array[]): void {
    for (const [at, answer] of answers.entries()) {
      const place = at % PICTURES;
      this.#answers[place] ??= answer.slice();
      if (Buffer.compare(bytesOf(this.#answers[place]), bytesOf(answer)) !== 0) this.sameAnswers = false;
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The sample, repeated to the size of a picture, each picture begun at another place of it. */
function picturesOf(sample: Uint8Array, bytes: number): Uint8Array[] {
  return Array.from({ length: PICTURES }, (_, picture) => {
    const begin = Math.floor((picture * sample.length) / PICTURES);
    const turned = Buffer.concat([sample.subarray(begin), sample.subarray(0, begin)]);
    return Buffer.concat(Array.from({ length: Math.ceil(bytes / turned.length) }, () => turned)).subarray(0, bytes);
  });
}
