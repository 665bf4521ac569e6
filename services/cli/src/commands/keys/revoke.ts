import { GigascopeError } from '@gigascope/contracts';
import type { Command } from 'commander';
import { z } from 'zod';
import { type CommandFactory, newCommand, parsedBy } from '../../command.ts';
import { openRecord } from '../../system/open-record.ts';
import { type Place, tenantOf, withPlace } from './place.ts';
import { recordAct } from './record-act.ts';

export const revokeCommand: CommandFactory = (run) =>
  withPlace(newCommand('revoke', 'Ends a key and the sessions that were opened with it, at once.'))
    .argument('<id>', 'as `list` shows it', parsedBy(z.uuid()))
    .action((id: string, place: Place, command: Command) =>
      run(command, async () => {
        const tenantId = tenantOf(place);
        await using opened = new AsyncDisposableStack();
        const store = await openRecord(place.data, opened);
        if ((await store.apiKeys.revoke(tenantId, id)) === null) throw new GigascopeError('NOT_FOUND', 'no such key');
        await recordAct(store, tenantId, 'revokeKey', id);
        return { json: { id, revoked: true }, text: `${id} revoked\n` };
      }),
    );
