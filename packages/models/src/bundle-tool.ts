/**
 * The two steps of a training recipe that need the real runtime:
 *   node packages/models/src/bundle-tool.ts initial FOLDER [--width W] [--min-channels C] [--seed N]   an untrained `metastasis` bundle
 *   node packages/models/src/bundle-tool.ts seal FOLDER [CHANGES.json]              after new weights or a new card
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { GigascopeError } from '@gigascope/contracts';
import { writeInitialBundle } from './bundle/initial-bundle.ts';
import { sealBundle } from './bundle/seal-bundle.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { width: { type: 'string' }, 'min-channels': { type: 'string' }, seed: { type: 'string' } },
});
const [step, folder, changes] = positionals;
if (folder === undefined || (step !== 'initial' && step !== 'seal'))
  throw new GigascopeError(
    'ARGUMENT_INVALID',
    'initial FOLDER [--width W] [--min-channels C] [--seed N], or seal FOLDER [CHANGES.json]',
  );
const manifest =
  step === 'initial'
    ? await writeInitialBundle(folder, {
        ...(values.width === undefined ? {} : { width: Number(values.width) }),
        ...(values['min-channels'] === undefined ? {} : { minChannels: Number(values['min-channels']) }),
        ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
      })
    : await sealBundle(folder, changes === undefined ? {} : JSON.parse(await readFile(changes, 'utf8')));
console.log(`${manifest.name} ${manifest.version}: ${manifest.parameterCount} parameters`);
