import { GigascopeError, type ModelManifest } from '@gigascope/contracts';
import { countWeights, readModelJson, shardsOf } from '../engines/tfjs/model-json.ts';
import { checkModel } from './check-model.ts';
import { checkSettings } from './check-settings.ts';
import { countParameters } from './count-parameters.ts';
import { MANIFEST_FILE, MODEL_FILE, requireInside } from './files.ts';

/** A TensorFlow.js model lies in a folder of its own, because its main file has the manifest's name. */
const TFJS_FOLDER = 'tfjs/';
const TFJS_FILE = 'model.json';
const SAVED_MODEL_FILE = 'saved_model.pb';
const FLOAT_BYTES = 4;

type Bytes = Uint8Array<ArrayBuffer>;

/** What an engine opens of a bundle. */
export interface Network<B extends Uint8Array = Bytes> {
  /** model.onnx, or the main file in `tfjs/`. */
  readonly model: B;
  /** tfjs: all files of its folder, by path in it. */
  readonly files: ReadonlyMap<string, B>;
}

/** Picks a network's files out of a bundle's, by path. Throws BUNDLE_INCOMPLETE where its main file is not among them. */
export function networkOf<B extends Uint8Array>(
  { engine }: Pick<ModelManifest, 'engine'>,
  files: ReadonlyMap<string, B>,
): Network<B> {
  if (engine !== 'tfjs') return { model: required(MODEL_FILE, files.get(MODEL_FILE)), files: new Map() };
  const own = [...files].flatMap(([name, bytes]): [string, B][] =>
    name.startsWith(TFJS_FOLDER) ? [[name.slice(TFJS_FOLDER.length), bytes]] : [],
  );
  const inside = new Map(own);
  const model = inside.get(TFJS_FILE) ?? inside.get(SAVED_MODEL_FILE);
  return { model: required(`${TFJS_FOLDER}${TFJS_FILE}`, model), files: inside };
}

function required<B>(name: string, bytes: B | undefined): B {
  if (bytes === undefined) throw new GigascopeError('BUNDLE_INCOMPLETE', `${name} is not listed in ${MANIFEST_FILE}`);
  return bytes;
}

/**
 * Checks a network's files against its manifest without running it, and counts its parameters. Of a TensorFlow.js model
 * the door shows only when its engine opens it. Throws what `checkModel` throws; BUNDLE_INCOMPLETE without a weight shard,
 * COMPANION_OUTSIDE_SLIDE for shards elsewhere.
 */
export function checkNetwork(network: Network<Uint8Array>, manifest: ModelManifest): number {
  if (manifest.engine !== 'tfjs') return countParameters(checkModel(network.model, manifest));
  checkSettings(manifest);
  if (!network.files.has(TFJS_FILE)) return countSaved(network);
  const model = readModelJson(network.model);
  for (const shard of shardsOf(model)) {
    requireInside(shard);
    required(`${TFJS_FOLDER}${shard}`, network.files.get(shard));
  }
  return countWeights(model);
}

/** A SavedModel keeps its numbers, nearly all of them float32, in files of their own. */
function countSaved({ files }: Network<Uint8Array>): number {
  const sizes = [...files].map(([name, bytes]) => (/^variables\/.*\.data-/.test(name) ? bytes.length : 0));
  return Math.max(1, Math.floor(sizes.reduce((a, b) => a + b, 0) / FLOAT_BYTES));
}
