import { type BundleEntry, listBundles } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../../command.ts';
import { config } from '../../config.ts';

export const listCommand: CommandFactory = (run) =>
  newCommand('list', 'Names, versions and tasks.').action((_options: unknown, command: Command) =>
    run(command, async () => {
      const bundles = (await listBundles(config.modelsFolder)).map(describeEntry);
      return { json: { models: bundles.map(({ json }) => json) }, text: bundles.map(({ text }) => text).join('') };
    }),
  );

function describeEntry(entry: BundleEntry): { json: unknown; text: string } {
  const { name } = entry;
  if (entry.state === 'damaged') {
    const error = entry.error.toJSON();
    return { json: { name, error }, text: `${name}  ${error.code}: ${error.message}\n` };
  }
  const { version, task, title } = entry.manifest;
  return { json: { name, version, task, title }, text: `${name} ${version}  ${task}  ${title}\n` };
}
