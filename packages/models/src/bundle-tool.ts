/**
 * The steps of a training recipe that need the graph builder or the real runtime:
 *   node packages/models/src/bundle-tool.ts initial FOLDER [--architecture A] [--width W] [--min-channels C] [--enlarge 2] [--seed N]   an untrained `metastasis` bundle
 *   node packages/models/src/bundle-tool.ts graph NAME OPTIONS.json OUT.onnx        an architecture with initial weights
 *   node packages/models/src/bundle-tool.ts seal FOLDER [CHANGES.json]              after new weights or a new card
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { GigascopeError } from '@gigascope/contracts';
import { ARCHITECTURES } from './architectures/index.ts';
import { type InitialBundleOptions, writeInitialBundle } from './bundle/initial-bundle.ts';
import { sealBundle } from './bundle/seal-bundle.ts';
import { encodeModel } from './onnx/model-file.ts';

const USAGE =
  'initial FOLDER [--architecture A] [--width W] [--min-channels C] [--enlarge 2] [--seed N], graph NAME OPTIONS.json OUT.onnx, or seal FOLDER [CHANGES.json]';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    architecture: { type: 'string' },
    width: { type: 'string' },
    'min-channels': { type: 'string' },
    enlarge: { type: 'string' },
    seed: { type: 'string' },
  },
});
const [step, subject, file, out] = positionals;
if (subject === undefined) throw new GigascopeError('ARGUMENT_INVALID', USAGE);
if (step === 'initial') console.log(describe(await writeInitialBundle(subject, network())));
else if (step === 'graph' && file !== undefined && out !== undefined) console.log(await writeGraph(subject, file, out));
else if (step === 'seal') console.log(describe(await sealBundle(subject, await changes(file))));
else throw new GigascopeError('ARGUMENT_INVALID', USAGE);

function describe(manifest: { name: string; version: string; parameterCount?: number }): string {
  const { name, parameterCount, version } = manifest;
  return parameterCount === undefined ? `${name} ${version}` : `${name} ${version}: ${parameterCount} parameters`;
}

function network(): InitialBundleOptions {
  return {
    ...(values.architecture === undefined ? {} : { architecture: values.architecture }),
    ...(values.width === undefined ? {} : { width: Number(values.width) }),
    ...(values['min-channels'] === undefined ? {} : { minChannels: Number(values['min-channels']) }),
    ...(values.enlarge === undefined ? {} : { enlarge: Number(values.enlarge) }),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
  };
}

async function changes(path: string | undefined): Promise<Record<string, unknown>> {
  return path === undefined ? {} : JSON.parse(await readFile(path, 'utf8'));
}

async function writeGraph(name: string, optionsFile: string, outFile: string): Promise<string> {
  const build = ARCHITECTURES[name];
  if (build === undefined)
    throw new GigascopeError('ARGUMENT_INVALID', `"${name}" is none of ${Object.keys(ARCHITECTURES).join(', ')}`);
  const { model, counts } = build(JSON.parse(await readFile(optionsFile, 'utf8')));
  await writeFile(outFile, encodeModel(model));
  return `${name}: ${counts.trainableParameters} parameters, ${counts.multiplyAdds} multiply-adds a patch`;
}
