import { activationPicture, beginBlock, gridOf, type PlanInput } from '@gigascope/analysis';
import type {
  ActivationMap,
  AnalysisPlan,
  Block,
  CalibrationWish,
  ChosenSettings,
  RgbImage,
  Urgency,
} from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import { type Engine, loadBundle } from '@gigascope/models';
import { blockNetworkOf, type StageOptions } from './block-network.ts';
import { chooseSettings } from './choose-settings.ts';
import { type LoadedStage, loadStage } from './loaded-stage.ts';
import { ReaderThreads } from './reader-threads.ts';
import { SlideThread } from './slide-thread.ts';
import type { KnownPlan, PatchRequest, SlideThreadData } from './thread-messages.ts';

/** Patches between a reader thread and the inference threads: reading runs this far ahead, and no further. A block is read in their time. */
const BUFFERED_PATCHES = 128;
/** Of a slide, besides those that run: one is filled, one waits in the engine, one comes back. */
const LEAST_BUFFERS = 3;

/** A slide that is open for one stage. */
interface OpenSlide {
  readonly thread: SlideThread;
  /** null until it is open. */
  plan: KnownPlan | null;
}

/** One bundle and the slides in hand. Reader threads cut, one inference thread a network predicts, this thread only passes on. */
export class EngineHost implements AsyncDisposable {
  readonly #slides = new Map<string, OpenSlide>();
  readonly #threads = new ReaderThreads();
  #stages: readonly LoadedStage[] = [];
  #readMs = 0;

  /** Loads and checks a bundle, golden patches included; calibrates its networks first where that is wished. */
  async load({
    bundleFolder,
    calibration,
    ...options
  }: StageOptions & { readonly bundleFolder: string; readonly calibration?: CalibrationWish | undefined }): Promise<
    Engine['description'] & { modelSha256: string; chosen: ChosenSettings[] }
  > {
    const { stages, sha256 } = await loadBundle(bundleFolder);
    const loaded: LoadedStage[] = [];
    for (const [stage, bundle] of stages.entries()) {
      const network = blockNetworkOf(bundle, options);
      const chosen = await chooseSettings(bundle, network, { bundleFolder, stage }, options, calibration);
      loaded.push(await loadStage(bundle, network, options, chosen));
    }
    this.#stages = loaded;
    const { description } = this.#stage(0).engine;
    return { ...description, modelSha256: sha256, chosen: loaded.map(({ chosen }) => chosen) };
  }

  /** Opens a slide, decides what is to be done on it, and keeps it open for its blocks. */
  async plan(
    analysisId: string,
    path: string,
    how: Omit<PlanInput, 'manifest'>,
    urgency?: Urgency,
  ): Promise<AnalysisPlan> {
    const slide = await this.#open(analysisId, path, how.stage, how, urgency);
    const plan = await slide.thread.ready();
    if (plan === null) throw new GigascopeError('INTERNAL', 'the reader thread made no plan');
    const { thumbnail: _large, ...known } = plan;
    slide.plan = known;
    return plan;
  }

  /** Opens a slide that was planned before, by this engine or another. */
  async open(analysisId: string, path: string, plan: KnownPlan): Promise<void> {
    const slide = await this.#open(analysisId, path, plan.stage, { plan });
    slide.plan = plan;
  }

  /** Infers a block; gives its output in the form of the stage's task. */
  async runBlock(analysisId: string, stage: number, block: Block, urgency?: Urgency): Promise<Uint8Array<ArrayBuffer>> {
    const { thread, plan } = this.#planned(analysisId, stage);
    const { runner, bundle, squareCells } = this.#stage(stage);
    return await runner.runBlock(thread, block, beginBlock(plan, bundle.manifest, block, squareCells), urgency);
  }

  /** One patch of a slide with a margin; ARGUMENT_INVALID for a cell outside the grid. */
  async patch(analysisId: string, stage: number, cell: PatchRequest): Promise<RgbImage> {
    const { thread, plan } = this.#planned(analysisId, stage);
    if (cell.colHeat >= plan.grid.columns || cell.rowHeat >= plan.grid.rows)
      throw new GigascopeError('ARGUMENT_INVALID', 'the place lies outside the slide');
    return await thread.patch(cell);
  }

  /** What in a patch speaks for each class. */
  async activation(stage: number, patch: Uint8Array): Promise<ActivationMap> {
    return await this.#stage(stage).activations.of(Uint8Array.from(patch));
  }

  /** The patch whose cell holds a point of the slide, with what in it speaks for the positive class: PNG bytes. */
  async activationPicture(
    analysisId: string,
    stage: number,
    pointL0: { x: number; y: number },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { bundle, activations } = this.#stage(stage);
    const { manifest } = bundle;
    if (manifest.task !== 'classify') throw new GigascopeError('ARGUMENT_INVALID', 'the model is no classifier');
    const { cellL0 } = gridOf(this.#planned(analysisId, stage).plan, manifest);
    const cell = { colHeat: Math.floor(pointL0.x / cellL0.x), rowHeat: Math.floor(pointL0.y / cellL0.y) };
    const read = (marginPx: number): Promise<RgbImage> => this.patch(analysisId, stage, { ...cell, marginPx });
    return await activationPicture(manifest, read, (patch) => activations.of(patch));
  }

  /** The network's answers to patches that come from no slide. */
  async infer(stage: number, patches: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>[]> {
    return await this.#stage(stage).patches.of(patches, count);
  }

  /** Closes a slide for one stage, or for all. */
  async release(analysisId: string, stage?: number): Promise<void> {
    const stages = stage === undefined ? [...this.#stages.keys()] : [stage];
    await Promise.all(stages.map((each) => this.#release(keyOf(analysisId, each))));
  }

  figures(): { peakMemoryBytes: number; inferenceMs: number; patches: number; readMs: number } {
    const sum = (of: (stage: LoadedStage) => number): number =>
      this.#stages.reduce((total, stage) => total + of(stage), 0);
    return {
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      inferenceMs: sum(({ runner }) => runner.inferenceMs),
      patches: sum(({ runner }) => runner.patches),
      readMs: this.#readMs + [...this.#slides.values()].reduce((total, { thread }) => total + thread.readMs, 0),
    };
  }

  /** Readers stop first, then the run in flight is awaited and the session released: ending a process in mid-run aborts it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#slides.keys()].map((key) => this.#release(key)));
    await this.#threads[Symbol.asyncDispose]();
    await Promise.all(
      this.#stages.flatMap(({ engine, patches, activations }) =>
        [engine, patches, activations].map((each) => each[Symbol.asyncDispose]()),
      ),
    );
  }

  async #open(
    analysisId: string,
    path: string,
    stage: number,
    how: SlideThreadData['how'],
    urgency?: Urgency,
  ): Promise<OpenSlide> {
    const { bundle, engine, runner, squareCells } = this.#stage(stage);
    const key = keyOf(analysisId, stage);
    await this.#release(key);
    const { manifest } = bundle;
    const thread = new SlideThread(this.#threads, {
      ...{ path, manifest, how },
      ...{ squareCells, batchSize: engine.batchSize, buffers: buffersFor(engine, squareCells) },
    });
    runner.attach(thread);
    const slide: OpenSlide = { thread, plan: null };
    this.#slides.set(key, slide);
    try {
      await runner.planning(thread, () => thread.ready(), urgency);
      return slide;
    } catch (error) {
      await this.#release(key);
      throw error;
    }
  }

  async #release(key: string): Promise<void> {
    const slide = this.#slides.get(key);
    this.#slides.delete(key);
    await slide?.thread[Symbol.asyncDispose]();
    this.#readMs += slide?.thread.readMs ?? 0;
  }

  #planned(analysisId: string, stage: number): { readonly thread: SlideThread; readonly plan: KnownPlan } {
    const slide = this.#slides.get(keyOf(analysisId, stage));
    if (slide?.plan === undefined || slide.plan === null)
      throw new GigascopeError('INTERNAL', 'something was asked of a slide before it was planned');
    return { thread: slide.thread, plan: slide.plan };
  }

  #stage(index: number): LoadedStage {
    const stage = this.#stages[index];
    if (stage === undefined) throw new GigascopeError('INTERNAL', `no model is loaded for stage ${index}`);
    return stage;
  }
}

function buffersFor({ batchSize, runsAtOnce }: Engine, squareCells: number): number {
  return Math.max(runsAtOnce + LEAST_BUFFERS, Math.ceil(BUFFERED_PATCHES / (batchSize * squareCells ** 2)));
}

function keyOf(analysisId: string, stage: number): string {
  return `${stage} ${analysisId}`;
}
