import type { ChosenSettings } from '@gigascope/contracts';
import { findBundle } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, positive } from '../../command.ts';
import { config } from '../../config.ts';
import { startEngine } from '../../services.ts';
import { describeRun, describeSettings } from './describe-settings.ts';

export const calibrateCommand: CommandFactory = (run) =>
  newCommand(
    'calibrate',
    'Finds the sessions, threads and batches that a model is fastest with here, and remembers them.',
  )
    .argument('<name>')
    .option('--seconds <n>', 'that it may take; more where the machine is busy', positive, 5)
    .action((name: string, { seconds }: { readonly seconds: number }, command: Command) =>
      run(command, async () => {
        const bundle = await findBundle(config.modelsFolder, name);
        await using engine = startEngine();
        const { chosen } = await engine.call('load', {
          ...{ bundleFolder: bundle.folder, orientations: 1, patchwise: false },
          ...config.engine,
          calibration: { folder: config.stateFolder, when: 'anew', budgetMs: seconds * 1000 },
        });
        return { json: { name, networks: chosen }, text: chosen.map(describe).join('') };
      }),
    );

function describe(chosen: ChosenSettings): string {
  const tried = chosen.calibration?.tried ?? [];
  const lines = tried.map(
    (trial) => `  ${describeRun(trial, chosen.squareCells)}: ${trial.picturesPerSecond.toFixed(0)} pictures/s\n`,
  );
  return `${describeSettings(chosen)}${lines.join('')}`;
}
