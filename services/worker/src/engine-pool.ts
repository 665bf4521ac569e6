import {
  type AnalysisParameters,
  type CalibrationWish,
  type ChosenSettings,
  engineProtocol,
  GigascopeError,
} from '@gigascope/contracts';
import { loadBundle } from '@gigascope/models';
import { ServiceClient } from '@gigascope/processes';

const ENGINE_ENTRY = new URL('../../engine/src/main.ts', import.meta.url);
/** Models in memory at once; a third one takes the place of the one that was used longest ago. */
const MAX_ENGINES = 2;
/** Slides that one engine holds open, besides those whose tasks are in hand: a slide's next block finds it open. */
const MAX_IDLE_SLIDES = 4;
const CALL_TIMEOUT_MS = 15 * 60_000;

export interface EngineKey {
  readonly bundleFolder: string;
  /** As the record has it; the folder may hold another version by now. */
  readonly modelSha256: string;
  readonly orientations: AnalysisParameters['orientations'];
  readonly patchwise: boolean;
}

/** How engines run networks; what is not stated they choose. */
export interface EngineSettings {
  readonly threads: number | undefined;
  readonly batchSize: number | undefined;
  readonly provider: 'cpu' | 'cuda';
  readonly calibration: CalibrationWish | undefined;
}

/** A slide is open for one stage of one analysis. */
export interface HeldSlideKey {
  readonly analysisId: string;
  readonly stage: number;
}

interface Runtime {
  readonly runtime: string;
  readonly provider: string;
  /** Of each stage. */
  readonly chosen: readonly ChosenSettings[];
}

interface HeldSlide {
  readonly key: HeldSlideKey;
  readonly opening: Promise<unknown>;
  /** Tasks in hand on it. */
  users: number;
}

/** One engine process with its loaded model and the slides that it holds open. */
export class PooledEngine implements AsyncDisposable {
  readonly client: ServiceClient<typeof engineProtocol>;
  readonly runtime: Promise<Runtime>;
  /** By analysis and stage, the one that was used longest ago first. */
  readonly #slides = new Map<string, HeldSlide>();
  usedAtMs = performance.now();
  inUse = 0;

  constructor(key: EngineKey, settings: EngineSettings) {
    this.client = new ServiceClient(ENGINE_ENTRY, engineProtocol, { timeoutMs: CALL_TIMEOUT_MS });
    this.runtime = this.#load(key, settings);
    this.runtime.catch(() => {});
  }

  /** Compares after loading: a version that took the folder's place while it was loaded shows, too. */
  async #load({ modelSha256, ...key }: EngineKey, settings: EngineSettings): Promise<Runtime> {
    const runtime = await this.client.call('load', { ...key, ...settings });
    if ((await loadBundle(key.bundleFolder)).sha256 !== modelSha256)
      throw new GigascopeError('MODEL_HASH_MISMATCH', 'another version is in its place');
    return runtime;
  }

  /** Opens the slide of an analysis anew and keeps it open for its blocks. */
  async openSlide<T>(key: HeldSlideKey, open: () => Promise<T>): Promise<T> {
    const opening = open();
    await this.#hold(key, { key, opening, users: 0 }, () => opening);
    return await opening;
  }

  /** Runs `task` with the slide of an analysis open, by `open` unless it is open already. */
  async withSlide<T>(key: HeldSlideKey, open: () => Promise<unknown>, task: () => Promise<T>): Promise<T> {
    const slide = this.#slides.get(nameOf(key)) ?? { key, opening: open(), users: 0 };
    return await this.#hold(key, slide, task);
  }

  async #hold<T>(key: HeldSlideKey, slide: HeldSlide, task: () => Promise<T>): Promise<T> {
    const name = nameOf(key);
    this.#slides.delete(name);
    this.#slides.set(name, slide);
    slide.users += 1;
    try {
      await slide.opening.catch((error: unknown) => {
        if (this.#slides.get(name) === slide) this.#slides.delete(name);
        throw error;
      });
      return await task();
    } finally {
      slide.users -= 1;
      const idle = [...this.#slides.values()].filter(({ users }) => users === 0);
      for (const old of idle.slice(0, -MAX_IDLE_SLIDES)) await this.#close(old).catch(() => {});
    }
  }

  /** Closes a slide for all stages of an analysis. */
  async closeSlides(analysisId: string): Promise<void> {
    const held = [...this.#slides.values()].filter(({ key }) => key.analysisId === analysisId);
    for (const slide of held) await this.#close(slide);
  }

  async #close({ key }: HeldSlide): Promise<void> {
    if (this.#slides.delete(nameOf(key))) await this.client.call('release', key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
  }
}

/** The engine processes of a worker, one for each model in use. One that crashed is replaced when it is next needed. */
export class EnginePool implements AsyncDisposable {
  readonly #settings: EngineSettings;
  readonly #onLoad: (chosen: readonly ChosenSettings[]) => void;
  readonly #engines = new Map<string, PooledEngine>();
  #closed = false;

  /** `onLoad` is told of every model that an engine has loaded. */
  constructor(settings: EngineSettings, onLoad: (chosen: readonly ChosenSettings[]) => void = () => {}) {
    this.#settings = settings;
    this.#onLoad = onLoad;
  }

  /**
   * Runs `task` with the engine of a model. An engine that could not load it, or that ended, is forgotten, so that the next
   * task gets a fresh one.
   * @throws GigascopeError what the engine or the task throws; CANCELED once the pool is closed.
   */
  async use<T>(key: EngineKey, task: (engine: PooledEngine) => Promise<T>): Promise<T> {
    if (this.#closed) throw new GigascopeError('CANCELED');
    const name = `${key.orientations} ${key.patchwise} ${key.modelSha256}`;
    const engine = this.#engines.get(name) ?? (await this.#start(name, key));
    engine.inUse += 1;
    engine.usedAtMs = performance.now();
    let loaded = false;
    try {
      await engine.runtime;
      loaded = true;
      return await task(engine);
    } catch (error) {
      const ended = error instanceof GigascopeError && (error.code === 'NATIVE_CRASH' || error.code === 'CANCELED');
      if ((ended || !loaded) && this.#engines.get(name) === engine) {
        this.#engines.delete(name);
        void engine[Symbol.asyncDispose]();
      }
      throw error;
    } finally {
      engine.inUse -= 1;
    }
  }

  async closeSlides(analysisId: string): Promise<void> {
    await Promise.allSettled([...this.#engines.values()].map((engine) => engine.closeSlides(analysisId)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#engines.values()].map((engine) => engine[Symbol.asyncDispose]()));
    this.#engines.clear();
  }

  async #start(name: string, key: EngineKey): Promise<PooledEngine> {
    const engine = new PooledEngine(key, this.#settings);
    this.#engines.set(name, engine);
    engine.runtime.then(
      ({ chosen }) => this.#onLoad(chosen),
      () => {},
    );
    const idle = [...this.#engines].filter(([, other]) => other.inUse === 0 && other !== engine);
    const oldest = idle.toSorted(([, a], [, b]) => a.usedAtMs - b.usedAtMs)[0];
    if (this.#engines.size > MAX_ENGINES && oldest !== undefined) {
      this.#engines.delete(oldest[0]);
      await oldest[1][Symbol.asyncDispose]();
    }
    return engine;
  }
}

function nameOf({ analysisId, stage }: HeldSlideKey): string {
  return `${stage} ${analysisId}`;
}
