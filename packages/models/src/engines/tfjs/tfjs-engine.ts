import { GigascopeError } from '@gigascope/contracts';
import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import { nativeError } from '../native-error.ts';
import type { EngineOptions } from '../options.ts';
import { requireOrientable, SerialEngine } from '../serial-engine.ts';
import type { OutputTensor } from '../split-answers.ts';
import { loadTfModel, type TfModel } from './load-model.ts';
import { averageAnswers } from './orientations.ts';
import { loadTensorFlow, type Tf } from './tensorflow.ts';

/**
 * Opens a TensorFlow.js model on the calling thread, which every run blocks. `model` is the bytes of its model.json (of a
 * SavedModel's saved_model.pb), `files` what lies beside it, by name. The model takes the bytes as they are, as numbers from 0 to
 * 255, so its normalisation is a layer of its own. Throws MODEL_HASH_MISMATCH for a model that cannot be loaded,
 * BUNDLE_INCOMPLETE without a shard, MODEL_OUTPUT_INVALID for a door of another shape.
 */
export async function createTfjsEngine(options: EngineOptions): Promise<Engine> {
  requireOrientable(options);
  const runtime = await loadTensorFlow();
  const { tf } = runtime;
  const model = await loadTfModel(runtime, options).catch((cause: unknown) => {
    throw nativeError(cause, 'MODEL_HASH_MISMATCH');
  });
  const dtype = doorOf(model, options.manifest.patchSizePx);
  return new SerialEngine(
    {
      description: runtime.description,
      run: async (data, shape) => {
        const batch = tf.tensor4d(
          dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data),
          [...shape],
          dtype,
        );
        try {
          const run = (tensor: Tensor) => model.run(tensor);
          const answer = options.orientations === 8 ? await averageAnswers(tf, batch, run) : await run(batch);
          return await outputOf(tf, answer, options.manifest);
        } catch (cause) {
          throw nativeError(cause, 'INTERNAL');
        } finally {
          batch.dispose();
        }
      },
      release: () => model.dispose(),
    },
    options,
  );
}

/** Checks that the model takes one batch of square colour images of that side; gives the type of its numbers. */
function doorOf({ inputs }: TfModel, sidePx: number): 'float32' | 'int32' {
  const [input, more] = inputs;
  const [, height, width, channels] = input?.shape ?? [];
  const fits = (size: number | null | undefined, wanted: number) =>
    size === null || size === undefined || size === -1 || size === wanted;
  if (input === undefined || more !== undefined || !fits(height, sidePx) || !fits(width, sidePx) || !fits(channels, 3))
    throw new GigascopeError(
      'MODEL_OUTPUT_INVALID',
      `the model’s input is [${inputs.map(({ shape }) => shape?.join(', ')).join('] and [')}], its manifest says [N, ${sidePx}, ${sidePx}, 3]`,
    );
  return input.dtype === 'float32' ? 'float32' : 'int32';
}

/** Reads an answer out and frees it. TensorFlow has the classes last, [N, H, W, C]; engines give them first. */
async function outputOf(tf: Tf, answer: Tensor, { classes, task }: EngineOptions['manifest']): Promise<OutputTensor> {
  const isPixels = task === 'segment' && answer.rank === 4 && answer.shape.at(-1) === classes.length;
  const ordered = isPixels ? tf.transpose(answer, [0, 3, 1, 2]) : answer;
  const output = { data: await ordered.data(), dims: ordered.shape };
  tf.dispose([answer, ordered]);
  return output;
}
