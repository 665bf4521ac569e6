import { type CommandFactory, newCommand } from '../../command.ts';
import { createCommand } from './create.ts';
import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';

export const keysCommand: CommandFactory = (run) => {
  const keys = newCommand(
    'keys',
    'API keys, straight in the database: for the first one, which cannot come over HTTP.',
  );
  for (const create of [createCommand, listCommand, revokeCommand]) keys.addCommand(create(run));
  return keys;
};
