import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';

/** ONNX's own limit for one file. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;
const MAX_CONFIG_BYTES = 2 ** 20;
const CONFIG_FILE = 'config.json';

/** How to come from what other libraries save to an ONNX file. */
const OTHER_FORMATS: Readonly<Record<string, string>> = {
  '.pt': 'PyTorch saves a program in it; export the model with torch.onnx.export',
  '.pth': 'PyTorch saves a program in it; export the model with torch.onnx.export',
  '.pkl': 'pickles run as programs; export the model to ONNX',
  '.h5': 'export the Keras model with model.export(…, format="onnx") or tf2onnx',
  '.keras': 'export the Keras model with model.export(…, format="onnx") or tf2onnx',
  '.pb': 'export the SavedModel with tf2onnx',
  '.safetensors': 'it holds weights without their network; export the model with torch.onnx.export',
};

export interface ModelSource {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Folder and name of the .onnx file. */
  readonly folder: string;
  readonly file: string;
  /** config.json beside the model as it was parsed; null where there is none. */
  readonly config: unknown;
}

/**
 * Reads FILE.onnx, or the one .onnx file of a folder with the config.json beside it. Throws FILE_NOT_FOUND,
 * MODEL_UNSUPPORTED for files of other libraries, ARGUMENT_INVALID where several models lie in the folder.
 */
export async function readSource(path: string): Promise<ModelSource> {
  const isFolder = (await lstat(path).catch(rethrow)).isDirectory();
  const file = isFolder ? await onlyModel(path) : path;
  if (extname(file).toLowerCase() in OTHER_FORMATS) throw otherFormat(file);
  const { size } = await lstat(file).catch(rethrow);
  if (size > MAX_MODEL_BYTES) throw new GigascopeError('MODEL_UNSUPPORTED', `${size} bytes are more than 2 GiB`);
  const bytes = new Uint8Array(await readFile(file).catch(rethrow));
  const config = isFolder ? await readConfig(join(path, CONFIG_FILE)) : null;
  return { bytes, folder: dirname(file), file: basename(file), config };
}

async function onlyModel(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(rethrow);
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const models = names.filter((name) => extname(name).toLowerCase() === '.onnx').sort();
  const [model, more] = models;
  if (more !== undefined) throw new GigascopeError('ARGUMENT_INVALID', `name one of ${models.join(', ')}`);
  if (model !== undefined) return join(folder, model);
  const other = names.find((name) => extname(name).toLowerCase() in OTHER_FORMATS);
  throw other === undefined
    ? new GigascopeError('MODEL_UNSUPPORTED', 'the folder holds no .onnx file')
    : otherFormat(other);
}

function otherFormat(file: string): GigascopeError {
  const how = OTHER_FORMATS[extname(file).toLowerCase()] ?? '';
  return new GigascopeError('MODEL_UNSUPPORTED', `${basename(file)} is no ONNX model: ${how}`);
}

async function readConfig(path: string): Promise<unknown> {
  try {
    if ((await lstat(path)).size > MAX_CONFIG_BYTES)
      throw new GigascopeError('ARGUMENT_INVALID', `${CONFIG_FILE} is too large`);
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    if (cause instanceof SyntaxError)
      throw new GigascopeError('ARGUMENT_INVALID', `${CONFIG_FILE} is no JSON`, { cause });
    throw toGigascopeError(cause);
  }
}

function rethrow(cause: unknown): never {
  throw toGigascopeError(cause);
}
