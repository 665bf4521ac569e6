import { GigascopeError } from '@gigascope/contracts';
import { type Bundle, findBundle } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../../command.ts';
import { config } from '../../config.ts';
import { startEngine } from '../../services.ts';
import { compareVariant, type VariantDifference } from './compare-variant.ts';

export const checkCommand: CommandFactory = (run) =>
  newCommand('check', 'Hashes every file and runs the golden patch.')
    .argument('<name>')
    .option('--variant <file>', 'another form of its network, such as int8: says how far it is from the bundle’s own')
    .option('--slide <slide>', 'whose patches both are run on; needed with --variant')
    .action((name: string, { variant, slide }: { variant?: string; slide?: string }, command: Command) =>
      run(command, async () => {
        const bundle = await findBundle(config.modelsFolder, name);
        if ((variant === undefined) !== (slide === undefined))
          throw new GigascopeError('ARGUMENT_INVALID', '--variant and --slide go together');
        const { runtime, provider } = await runGolden(bundle);
        const difference =
          variant === undefined || slide === undefined ? null : await compareVariant(bundle, variant, slide);
        return {
          json: {
            name,
            sha256: bundle.sha256,
            ok: true,
            runtime,
            provider,
            ...(difference && { variant: difference }),
          },
          text:
            `${name}: every file is as listed, and the golden patch gives the stated output (${runtime}, ${provider})\n` +
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

/** The golden patch is checked by the engine itself when it loads a bundle. */
async function runGolden(bundle: Bundle): Promise<{ runtime: string; provider: string }> {
  await using engine = startEngine();
  const options = { orientations: 1, patchwise: true, threads: config.threads, batchSize: 1 } as const;
  return await engine.call('load', { bundleFolder: bundle.folder, ...options });
}
