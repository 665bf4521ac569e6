import { AnalysisParameters, TissueMethod } from '@gigascope/contracts';
import type { Command } from 'commander';
import { z } from 'zod';
import { type CommandFactory, newCommand, nonNegativeInt, oneOf, parsedBy, positive, share } from '../command.ts';
import { describeOutcome, outcomeToJson } from '../describe-outcome.ts';
import { runAnalyses } from '../run-analyses.ts';

const DEFAULT_MODEL = 'metastasis';

/** The options that both `analyze` and `start` take. */
export function withAnalysisOptions(command: Command): Command {
  return command
    .option('--model <id>', 'model bundle', DEFAULT_MODEL)
    .option('--out <dir>', 'folder for the results (default: gigascope-out/<slide>)')
    .option('--mpp <um>', 'µm per level-0 pixel, when the slide does not say or is wrong', positive)
    .option('--allow-objective-power', 'derive µm per pixel from the objective’s power if nothing else states it')
    .option('--threshold <p>', 'probability from which a lesion is reported (default: the model’s)', share)
    .option('--nms-radius-um <um>', 'radius of non-maximum suppression (default: the model’s)', positive)
    .option(
      '--tissue <method>',
      'saturation | ncrf | grey | none (default: the model’s, mostly saturation)',
      oneOf(...TissueMethod.options),
    )
    .option('--force', 'analyse a slide that the model was not made for, with a warning instead of an error')
    .option('--orientations <n>', '8 averages over rotations and flips', orientations, 1)
    .option('--patchwise', 'infer patch by patch even where the model may see a whole square in one pass');
}

const orientations = parsedBy(z.enum(['1', '8']).transform((text) => (text === '8' ? 8 : 1)));

export interface AnalysisOptions {
  readonly model: string;
  readonly out?: string;
  readonly mpp?: number;
  readonly allowObjectivePower?: boolean;
  readonly threshold?: number;
  readonly nmsRadiusUm?: number;
  readonly tissue?: TissueMethod;
  readonly orientations: AnalysisParameters['orientations'];
  readonly force?: boolean;
  readonly patchwise?: boolean;
}

export function toParameters(options: AnalysisOptions): AnalysisParameters {
  return AnalysisParameters.parse({
    mppOverride: options.mpp ?? null,
    allowObjectivePower: options.allowObjectivePower ?? false,
    threshold: options.threshold ?? null,
    nmsRadiusUm: options.nmsRadiusUm ?? null,
    tissue: options.tissue ?? null,
    orientations: options.orientations,
    force: options.force ?? false,
    patchwise: options.patchwise ?? false,
  });
}

export const analyzeCommand: CommandFactory = (run) =>
  withAnalysisOptions(newCommand('analyze', 'Finds lesions on slides; stopped, the same command goes on where it was.'))
    .argument('<slide...>', 'whole-slide images')
    .option('--activation <n>', 'also show why: activation-<rank>.png of the n best lesions', nonNegativeInt, 0)
    .action((slides: string[], options: AnalysisOptions & { readonly activation: number }, command: Command) =>
      run(command, async (signal) => {
        const parameters = toParameters(options);
        const input = {
          slides,
          model: options.model,
          outFolder: options.out,
          parameters,
          activations: options.activation,
          signal,
        };
        const outcomes = await runAnalyses(input);
        const [only] = outcomes;
        if (slides.length === 1 && only !== undefined && 'error' in only) throw only.error;
        return {
          json:
            slides.length === 1 && only !== undefined ? outcomeToJson(only) : { analyses: outcomes.map(outcomeToJson) },
          text: outcomes.map(describeOutcome).join('\n'),
          failed: outcomes.length < slides.length || outcomes.some((outcome) => 'error' in outcome),
        };
      }),
    );
