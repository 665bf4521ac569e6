import { DEFAULT_TENANT_ID } from '@gigascope/store';
import type { Command } from 'commander';
import { z } from 'zod';
import { parsedBy, requireArgument } from '../../command.ts';

/** Where keys are looked for. */
export interface Place {
  readonly data: string;
  readonly laboratory?: string;
  readonly operator?: boolean;
}

export function withPlace(command: Command): Command {
  return command
    .option('--data <dir>', 'what `up` serves; DATABASE_URL goes before it', './var')
    .option('--laboratory <id>', 'default: the installation’s first', parsedBy(z.uuid()))
    .option('--operator', 'of the installation’s operators, who belong to no laboratory');
}

/** null: the installation's own. */
export function tenantOf({ laboratory, operator = false }: Place): string | null {
  requireArgument(!(operator && laboratory !== undefined), '--operator belongs to no --laboratory');
  return operator ? null : (laboratory ?? DEFAULT_TENANT_ID);
}
