import { BlockRunner } from '@gigascope/analysis';
import type { AnalysisParameters, AnalysisPlan, Block } from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import { type Bundle, checkGolden, createOrtThreadEngine, type Engine, loadBundle } from '@gigascope/models';
import { SlideThread } from './slide-thread.ts';
import type { KnownPlan, SlideThreadData } from './thread-messages.ts';

/** Batches between a reader thread and the inference thread: reading runs this far ahead, and no further. */
const BUFFERS_PER_SLIDE = 4;

interface LoadOptions {
  readonly bundleFolder: string;
  readonly orientations: AnalysisParameters['orientations'];
  readonly threads: number;
  readonly batchSize: number;
  readonly provider: 'cpu' | 'cuda';
}

interface LoadedModel {
  readonly bundle: Bundle;
  readonly engine: Engine;
  readonly runner: BlockRunner;
}

/** One model and the slides in hand. Reader threads cut, one inference thread predicts, this thread only passes on. */
export class EngineHost implements AsyncDisposable {
  readonly #slides = new Map<string, SlideThread>();
  #model: LoadedModel | undefined;
  #readMs = 0;

  /** Loads and checks a bundle, golden patch included. */
  async load({ bundleFolder, ...options }: LoadOptions): Promise<Engine['description']> {
    const bundle = await loadBundle(bundleFolder);
    const engine = await createOrtThreadEngine({ ...bundle, ...options });
    await checkGolden(engine, bundle);
    const runner = new BlockRunner(engine, bundle.manifest.classes.indexOf(bundle.manifest.positiveClass));
    this.#model = { bundle, engine, runner };
    return engine.description;
  }

  /** Opens a slide, decides what is to be done on it, and keeps it open for its blocks. */
  async plan(analysisId: string, path: string, parameters: AnalysisParameters): Promise<AnalysisPlan> {
    const plan = await this.#open(analysisId, path, { parameters });
    if (plan === null) throw new GigascopeError('INTERNAL', 'the reader thread made no plan');
    return plan;
  }

  /** Opens a slide that was planned before, by this engine or another. */
  async open(analysisId: string, path: string, plan: KnownPlan): Promise<void> {
    await this.#open(analysisId, path, { plan });
  }

  async predict(analysisId: string, block: Block): Promise<Float32Array<ArrayBuffer>> {
    const slide = this.#slides.get(analysisId);
    if (slide === undefined) throw new GigascopeError('INTERNAL', 'a block was asked for before its slide was planned');
    return await this.#loaded().runner.runBlock(slide, block);
  }

  async release(analysisId: string): Promise<void> {
    const slide = this.#slides.get(analysisId);
    this.#slides.delete(analysisId);
    await slide?.[Symbol.asyncDispose]();
    this.#readMs += slide?.readMs ?? 0;
  }

  figures(): { peakMemoryBytes: number; inferenceMs: number; patches: number; readMs: number } {
    return {
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      inferenceMs: this.#model?.runner.inferenceMs ?? 0,
      patches: this.#model?.runner.patches ?? 0,
      readMs: this.#readMs + [...this.#slides.values()].reduce((sum, slide) => sum + slide.readMs, 0),
    };
  }

  /** Readers stop first, then the run in flight is awaited and the session released: ending a process in mid-run aborts it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#slides.keys()].map((id) => this.release(id)));
    await this.#model?.engine[Symbol.asyncDispose]();
  }

  async #open(analysisId: string, path: string, how: SlideThreadData['how']): Promise<AnalysisPlan | null> {
    const { bundle, engine, runner } = this.#loaded();
    await this.release(analysisId);
    const { manifest } = bundle;
    const { batchSize } = engine;
    const thread = new SlideThread({ path, manifest, how, batchSize, buffers: BUFFERS_PER_SLIDE });
    runner.attach(thread);
    this.#slides.set(analysisId, thread);
    try {
      return await thread.ready();
    } catch (error) {
      await this.release(analysisId);
      throw error;
    }
  }

  #loaded(): LoadedModel {
    if (this.#model === undefined) throw new GigascopeError('INTERNAL', 'no model is loaded');
    return this.#model;
  }
}
