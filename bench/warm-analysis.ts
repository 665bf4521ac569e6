import { rm } from 'node:fs/promises';
import { analyze, ProgressMeter } from '@gigascope/analysis';
import { AnalysisParameters, type ChosenSettings, type engineProtocol, type Progress } from '@gigascope/contracts';
import type { Bundle } from '@gigascope/models';
import type { z } from 'zod';
import { config } from '../services/cli/src/config.ts';
import { type EngineService, startEngine } from '../services/cli/src/services.ts';

export interface WarmRun {
  readonly ms: number;
  /** What each phase of it took, as `analyze` names them. */
  readonly phasesMs: Readonly<Partial<Record<Progress['stage'], number>>>;
  readonly patches: number;
}

type LoadedModel = z.output<(typeof engineProtocol)['load']['reply']>;

/** An engine's process with its model loaded, that analyses one slide after the other; the first one warms it. */
export class WarmEngine implements AsyncDisposable {
  readonly #engine: EngineService;
  readonly #bundle: Bundle;
  readonly #loaded: LoadedModel;
  readonly #parameters: AnalysisParameters;

  private constructor(engine: EngineService, bundle: Bundle, loaded: LoadedModel, parameters: AnalysisParameters) {
    this.#engine = engine;
    this.#bundle = bundle;
    this.#loaded = loaded;
    this.#parameters = parameters;
  }

  /** Of the bundle's first network. */
  get chosen(): ChosenSettings {
    const [first] = this.#loaded.chosen;
    if (first === undefined) throw new Error('a bundle without a network');
    return first;
  }

  /** In the settings that the command chooses; patch by patch, even where the model may see a whole square in one pass, unless told otherwise. */
  static async start(bundle: Bundle, patchwise = true): Promise<WarmEngine> {
    const engine = startEngine();
    try {
      const options = { bundleFolder: bundle.folder, orientations: 1, patchwise, ...config.engine } as const;
      const parameters = AnalysisParameters.parse({ patchwise });
      return new WarmEngine(engine, bundle, await engine.call('load', options), parameters);
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The whole of `analyze` on one slide, from hashing to the last picture. */
  async analyse(slidePath: string, outFolder: string): Promise<WarmRun> {
    await rm(outFolder, { recursive: true, force: true });
    const began = performance.now();
    const startsMs: Partial<Record<Progress['stage'], number>> = {};
    const meter = new ProgressMeter(({ stage }) => {
      startsMs[stage] ??= performance.now();
    });
    const { signal } = new AbortController();
    const result = await analyze({
      ...{ slidePath, outFolder, bundle: this.#bundle, engine: this.#engine, runtime: this.#loaded },
      ...{ parameters: this.#parameters, activations: 0, meter, signal },
    });
    const ended = performance.now();
    const starts = Object.entries(startsMs) as [Progress['stage'], number][];
    const phasesMs = Object.fromEntries(
      starts.map(([stage, atMs], at) => [stage, Math.round((starts[at + 1]?.[1] ?? ended) - atMs)]),
    );
    return { ms: ended - began, phasesMs, patches: result.stages.reduce((sum, { cells }) => sum + cells, 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }
}
