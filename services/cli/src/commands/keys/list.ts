import type { ApiKeyRow } from '@gigascope/store';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../../command.ts';
import { openRecord } from '../../system/open-record.ts';
import { type Place, tenantOf, withPlace } from './place.ts';

const MOST = 1000;

export const listCommand: CommandFactory = (run) =>
  withPlace(newCommand('list', 'Keys, newest first, without what opens anything.')).action(
    (place: Place, command: Command) =>
      run(command, async () => {
        await using opened = new AsyncDisposableStack();
        const store = await openRecord(place.data, opened);
        const { rows } = await store.apiKeys.list(tenantOf(place), { limit: MOST });
        return { json: { keys: rows }, text: rows.map(lineOf).join('') };
      }),
  );

function lineOf({ id, name, roles, hint, revokedAt, expiresAt }: ApiKeyRow): string {
  const expired = expiresAt !== null && expiresAt.getTime() <= Date.now();
  const state = revokedAt !== null ? 'revoked' : expired ? 'expired' : 'valid';
  return `${id}  ${state}  ${roles.join(',')}  …${hint}  ${name}\n`;
}
