import type { InferPatches } from '@gigascope/analysis';
import type { ManifestOf, ModelManifest, RgbImage } from '@gigascope/contracts';
import { findBundle } from '@gigascope/models';
import sharp from 'sharp';
import { requireArgument } from '../../command.ts';
import { config } from '../../config.ts';
import { startEngine } from '../../services.ts';

/** A loaded model that judges patches of labelled images. */
export interface RunningModel<M> {
  readonly manifest: M;
  readonly infer: InferPatches;
}

/** Patches that go to the engine's process in one message. */
const PATCHES_AT_ONCE = 64;

/** Loads a model of one task into an engine process for as long as `use` runs. Throws MODEL_UNKNOWN, and ARGUMENT_INVALID for another task. */
export async function withModel<T extends ModelManifest['task'], R>(
  name: string,
  task: T,
  use: (model: RunningModel<ManifestOf<T>>) => Promise<R>,
): Promise<R> {
  const bundle = await findBundle(config.modelsFolder, name);
  requireArgument(
    bundle.manifest.task === task,
    `the model ${name} does not ${task}: its task is ${bundle.manifest.task}`,
  );
  await using engine = startEngine();
  const options = { orientations: 1, patchwise: true, ...config.engine } as const;
  await engine.call('load', { bundleFolder: bundle.folder, ...options });
  const { manifest } = bundle.stages[0];
  const patchBytes = manifest.patchSizePx ** 2 * 3;
  const infer: InferPatches = async (patches, count) => {
    const answers: Float32Array<ArrayBuffer>[] = [];
    for (let first = 0; first < count; first += PATCHES_AT_ONCE) {
      const some = Math.min(PATCHES_AT_ONCE, count - first);
      const part = patches.slice(first * patchBytes, (first + some) * patchBytes);
      answers.push(...(await engine.call('infer', { stage: 0, patches: part, count: some })).outputs);
    }
    return answers;
  };
  // The task was compared above, which the type does not know.
  return await use({ manifest: manifest as unknown as ManifestOf<T>, infer });
}

/** Reads a picture's pixels as they are stored, without its alpha. */
export async function readPicture(path: string): Promise<RgbImage> {
  const picture = sharp(path).removeAlpha().toColourspace('srgb').raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  requireArgument(info.channels === 3, `${path} is no colour picture`);
  return { width: info.width, height: info.height, data: Uint8Array.from(data) };
}
