import { type ChosenSettings, GigascopeError } from '@gigascope/contracts';
import { type Bundle, findBundle } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../../command.ts';
import { config } from '../../config.ts';
import { startEngine } from '../../services.ts';
import { compareVariant, type VariantDifference } from './compare-variant.ts';
import { describeSettings } from './describe-settings.ts';

export const checkCommand: CommandFactory = (run) =>
  newCommand('check', 'Hashes every file, runs the golden patch and says how the model is run here.')
    .argument('<name>')
    .option('--variant <file>', 'another form of its network, such as int8: says how far it is from the bundle’s own')
    .option('--slide <slide>', 'whose patches both are run on; needed with --variant')
    .action((name: string, { variant, slide }: { variant?: string; slide?: string }, command: Command) =>
      run(command, async () => {
        const bundle = await findBundle(config.modelsFolder, name);
        if ((variant === undefined) !== (slide === undefined))
          throw new GigascopeError('ARGUMENT_INVALID', '--variant and --slide go together');
        const { runtime, provider, chosen } = await runGolden(bundle);
        const difference =
          variant === undefined || slide === undefined ? null : await compareVariant(bundle, variant, slide);
        return {
          json: {
            name,
            sha256: bundle.sha256,
            ok: true,
            runtime,
            provider,
            networks: chosen,
            ...(difference && { variant: difference }),
          },
          text:
            `${name}: every file is as listed, and the golden patch gives the stated output (${runtime}, ${provider})\n` +
            chosen.map(describeSettings).join('') +
            (difference === null ? '' : describe(difference)),
        };
      }),
    );

function describe({ patches, meanDifference, largestDifference, flipped, bytes }: VariantDifference): string {
  return (
    `variant: ${bytes.variant} bytes instead of ${bytes.own}; on ${patches} patches its probabilities differ by ` +
    `${meanDifference.toFixed(4)} on average and ${largestDifference.toFixed(4)} at most, and ${flipped} change sides of the threshold\n`
  );
}

interface Golden {
  readonly runtime: string;
  readonly provider: string;
  /** Of each stage. */
  readonly chosen: readonly ChosenSettings[];
}

/** The golden patch is checked by the engine itself when it loads a bundle. */
async function runGolden(bundle: Bundle): Promise<Golden> {
  await using engine = startEngine();
  const options = { orientations: 1, patchwise: false, ...config.engine } as const;
  // Only looked up: who checks a model may be in a hurry.
  const calibration = { folder: config.stateFolder, when: 'never' } as const;
  return await engine.call('load', { bundleFolder: bundle.folder, ...options, calibration });
}
