import { type CommandFactory, newCommand } from '../../command.ts';
import { aucCommand } from './auc.ts';
import { detectionCommand } from './detection.ts';
import { frocCommand } from './froc.ts';
import { kappaCommand } from './kappa.ts';
import { segmentationCommand } from './segmentation.ts';

/** Every evaluation, in the order of the help. A new one is one file and one line here. */
const evaluations: readonly CommandFactory[] = [
  frocCommand,
  aucCommand,
  detectionCommand,
  segmentationCommand,
  kappaCommand,
];

export const evaluateCommand: CommandFactory = (run) =>
  evaluations.reduce(
    (command, create) => command.addCommand(create(run)),
    newCommand('evaluate', 'Compares findings with truth.'),
  );
