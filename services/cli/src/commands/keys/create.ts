import { GigascopeError, ROLES, type Role } from '@gigascope/contracts';
import { mintKey } from '@gigascope/store';
import type { Command } from 'commander';
import { z } from 'zod';
import { type CommandFactory, newCommand, oneOf, parsedBy, requireArgument } from '../../command.ts';
import { openRecord } from '../../system/open-record.ts';
import { type Place, tenantOf, withPlace } from './place.ts';
import { recordAct } from './record-act.ts';

interface CreateOptions extends Place {
  readonly name: string;
  readonly role?: Exclude<Role, 'operator'>;
  readonly phi?: boolean;
  readonly expires?: Date;
}

const LABORATORY_ROLES = Object.keys(ROLES).filter((role) => role !== 'operator');

export const createCommand: CommandFactory = (run) =>
  withPlace(
    newCommand('create', 'Makes a key, shown this once; the first one lets its holder make all others over HTTP.'),
  )
    .option('--name <name>', 'what it is for', parsedBy(z.string().trim().min(1).max(200)), 'first key')
    .option('--role <role>', `${LABORATORY_ROLES.join(' | ')} (default: lab-admin)`, oneOf(...LABORATORY_ROLES))
    .option('--phi', 'also sees labels and identifying properties')
    .option('--expires <date>', 'such as 2027-12-31 (default: never)', parsedBy(z.coerce.date().min(new Date())))
    .action((options: CreateOptions, command: Command) =>
      run(command, async () => {
        const { data, name, operator = false, phi = false, expires = null } = options;
        requireArgument(
          !(operator && (options.role !== undefined || phi)),
          '--operator goes with neither --role nor --phi',
        );
        const tenantId = tenantOf(options);
        const role = operator ? 'operator' : (options.role ?? 'lab-admin');
        await using opened = new AsyncDisposableStack();
        const store = await openRecord(data, opened);
        if (tenantId !== null && (await store.tenants.get(tenantId)) === null)
          throw new GigascopeError('NOT_FOUND', 'no such laboratory');
        const { key, hash, hint } = mintKey();
        const grant = { roles: [role] as const, phi, onlyPermissions: null, expiresAt: expires };
        const row = await store.apiKeys.create(tenantId, { name, hash, hint, ...grant, createdBy: 'command line' });
        await recordAct(store, tenantId, 'keyCreated', row.id);
        return { json: { id: row.id, tenantId, name, role, key }, text: `${key}\n` };
      }),
    );
