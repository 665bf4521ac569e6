import { basename, extname, join } from 'node:path';
import { analyze, ProgressMeter } from '@gigascope/analysis';
import { type AnalysisParameters, type AnalysisResult, GigascopeError, toGigascopeError } from '@gigascope/contracts';
import { type Bundle, findBundle } from '@gigascope/models';
import { config } from './config.ts';
import { ProgressLine } from './progress-line.ts';
import { type EngineService, startEngine } from './services.ts';

export interface RunFigures {
  readonly wallMs: number;
  readonly inferenceMs: number;
  readonly readMs: number;
  readonly patches: number;
  readonly peakMemoryBytes: { readonly command: number; readonly engine: number };
}

export type SlideOutcome =
  | { readonly slide: string; readonly out: string; readonly result: AnalysisResult; readonly run: RunFigures }
  | { readonly slide: string; readonly error: GigascopeError };

export interface RunAnalysesInput {
  readonly slides: readonly string[];
  readonly model: string;
  readonly outFolder: string | undefined;
  readonly parameters: AnalysisParameters;
  /** Lesions a slide that get an activation picture. */
  readonly activations: number;
  readonly signal: AbortSignal;
}

/** Analyses slides one after the other; a slide that fails, even by ending the engine's process, does not stop the others. */
export async function runAnalyses(input: RunAnalysesInput): Promise<SlideOutcome[]> {
  const bundle = await findBundle(config.modelsFolder, input.model);
  const outcomes: SlideOutcome[] = [];
  for (const slide of input.slides) {
    if (input.signal.aborted) break;
    const began = performance.now();
    try {
      outcomes.push(await runOne(slide, bundle, input, began));
    } catch (cause) {
      outcomes.push({ slide, error: toGigascopeError(cause) });
    }
  }
  return outcomes;
}

async function runOne(
  slidePath: string,
  bundle: Bundle,
  { slides, outFolder, parameters, activations, signal }: RunAnalysesInput,
  began: number,
): Promise<SlideOutcome> {
  const name = basename(slidePath, extname(slidePath));
  const out =
    outFolder === undefined ? join('gigascope-out', name) : slides.length === 1 ? outFolder : join(outFolder, name);
  using line = new ProgressLine(basename(slidePath));
  await using engine = startEngine();
  const abandon = (): void => void engine[Symbol.asyncDispose]();
  signal.addEventListener('abort', abandon, { once: true });
  try {
    const runtime = await engine.call('load', {
      bundleFolder: bundle.folder,
      orientations: parameters.orientations,
      patchwise: parameters.patchwise,
      ...config.engine,
    });
    const meter = new ProgressMeter(line.show);
    const result = await analyze({
      slidePath,
      outFolder: out,
      bundle,
      engine,
      runtime,
      parameters,
      activations,
      meter,
      signal,
    });
    return { slide: slidePath, out, result, run: await figures(engine, began) };
  } catch (cause) {
    if (signal.aborted) throw new GigascopeError('CANCELED', undefined, { cause });
    throw cause;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

async function figures(engine: EngineService, began: number): Promise<RunFigures> {
  const { peakMemoryBytes, ...rest } = await engine.call('figures', {});
  return {
    ...rest,
    wallMs: performance.now() - began,
    peakMemoryBytes: { command: process.resourceUsage().maxRSS * 1024, engine: peakMemoryBytes },
  };
}
