import type * as TensorFlow from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';

export type Tf = typeof TensorFlow;

/** TensorFlow.js on the best backend that this machine has. */
export interface TensorFlowRuntime {
  readonly tf: Tf;
  readonly description: Engine['description'];
  /** Only the native package reads SavedModels. */
  readonly loadSavedModel: ((folder: string) => Promise<SavedModel>) | null;
}

/** What the native package makes of a SavedModel's `serve` signature. */
export interface SavedModel {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  predict(inputs: Record<string, TensorFlow.Tensor>): Record<string, TensorFlow.Tensor>;
  dispose(): void;
}

interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape?: readonly (number | null)[] | undefined;
}

type Native = Tf & { readonly node: { loadSavedModel(folder: string): Promise<SavedModel> } };

/** Not a literal in the import: the package is a large download that only a GPU image makes, and need not be there. */
const NATIVE_PACKAGE: string = '@tensorflow/tfjs-node-gpu';

/** Loads @tensorflow/tfjs-node-gpu where it is installed and works, otherwise @tensorflow/tfjs on WebAssembly. */
export async function loadTensorFlow(): Promise<TensorFlowRuntime> {
  return (await loadNative()) ?? (await loadPortable());
}

async function loadNative(): Promise<TensorFlowRuntime | null> {
  await import('./util-shim.ts');
  const loaded = (await import(NATIVE_PACKAGE).catch(() => null)) as (Native & { readonly default?: Native }) | null;
  if (loaded === null) return null;
  const tf = loaded.default ?? loaded;
  const version = tf.version as unknown as Readonly<Record<string, string>>;
  return {
    tf,
    description: { runtime: `${NATIVE_PACKAGE} ${version['tfjs-node'] ?? version['tfjs']}`, provider: tf.getBackend() },
    loadSavedModel: (folder) => tf.node.loadSavedModel(folder),
  };
}

/** WebAssembly is 8 times as fast as the plain JavaScript backend (measured: a 3×3 convolution of 75 px), to the last digits the same. */
async function loadPortable(): Promise<TensorFlowRuntime> {
  const tf = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm').catch(() => false))) await tf.setBackend('cpu');
  await tf.ready();
  const description = { runtime: `@tensorflow/tfjs ${tf.version.tfjs}`, provider: tf.getBackend() };
  return { tf, description, loadSavedModel: null };
}
