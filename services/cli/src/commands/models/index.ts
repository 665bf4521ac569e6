import { type CommandFactory, newCommand } from '../../command.ts';
import { buildCommand } from './build.ts';
import { calibrateCommand } from './calibrate.ts';
import { checkCommand } from './check.ts';
import { importCommand } from './import.ts';
import { listCommand } from './list.ts';
import { showCommand } from './show.ts';

export const modelsCommand: CommandFactory = (run) => {
  const models = newCommand('models', 'The model bundles of this installation.');
  for (const create of [listCommand, showCommand, checkCommand, calibrateCommand, buildCommand, importCommand])
    models.addCommand(create(run));
  return models;
};
