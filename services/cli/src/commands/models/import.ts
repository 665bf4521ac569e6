import { GigascopeError, ImportDetails, type ImportOutcome } from '@gigascope/contracts';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../../command.ts';
import { config } from '../../config.ts';
import { startEngine } from '../../services.ts';
import { importFlags, writtenFlag } from './import-flags.ts';

interface ImportOptions {
  readonly out?: string;
  readonly replace?: boolean;
}

/** The model is read and tried out in the engine's process, never in this one: it may be anybody's. */
export const importCommand: CommandFactory = (run) => {
  const command = newCommand('import', 'Makes a bundle of an ONNX model that was made elsewhere.').argument(
    '<source>',
    'FILE.onnx, or a folder with one (and with WSInfer’s config.json)',
  );
  for (const { written, help, parse, takesValue } of importFlags) {
    if (takesValue) command.option(written, help, parse);
    else command.option(written, help);
  }
  return command
    .option('--replace', 'an installed model of that name makes way')
    .option('--out <dir>', 'folder (default: among the installed models)')
    .action((source: string, { out, replace = false }: ImportOptions) =>
      run(command, async () => {
        await using engine = startEngine();
        const target = { ...(out === undefined ? {} : { folder: out }), modelsFolder: config.modelsFolder, replace };
        const outcome = await engine.call('importModel', { path: source, details: detailsOf(command), target });
        if (outcome.state === 'incomplete') throw missing(outcome);
        const { manifest, sha256, found } = outcome;
        return {
          json: { ...manifest, sha256, found },
          text: `${found.join('\n')}\n${manifest.name} ${manifest.version}, ${manifest.task}: ${manifest.classes.join(', ')}\n`,
        };
      }),
    );
};

/** Commander names options by their flags; the details have names of their own. */
function detailsOf(command: Command): ImportDetails {
  const values = command.opts<Record<string, unknown>>();
  const stated = importFlags.flatMap(({ field, written }) => {
    const option = command.options.find(({ flags }) => flags === written);
    const value = values[option?.attributeName() ?? ''];
    return value === undefined ? [] : [[field, value]];
  });
  return ImportDetails.parse(Object.fromEntries(stated));
}

function missing({ missing: details, found }: ImportOutcome & { readonly state: 'incomplete' }): GigascopeError {
  const lines = details.map(({ field, what }) => `${writtenFlag(field)}: ${what}`);
  return new GigascopeError('MODEL_DETAILS_MISSING', `${found.join('. ')}. Say also: ${lines.join('; ')}`);
}
