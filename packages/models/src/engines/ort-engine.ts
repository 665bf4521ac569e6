import { inHalfPrecision } from '../half-precision.ts';
import { averageOrientations } from '../orientations.ts';
import { patchesOfSquares, WANTED_CELLS } from '../squares/patch-pass.ts';
import { wholeSquares } from '../squares/whole-pass.ts';
import type { Engine } from './engine.ts';
import { nativeError } from './native-error.ts';
import type { EngineOptions } from './options.ts';
import { requireOrientable, SerialEngine } from './serial-engine.ts';

type Runtime = typeof import('onnxruntime-node');

/**
 * Opens the model in ONNX Runtime on the calling thread, which every run blocks for its whole length (measured: a
 * 308 ms run is a 309 ms gap in the event loop), so never where HTTP is served or locks are renewed.
 * Throws MODEL_HASH_MISMATCH for a model that the runtime cannot load, OUT_OF_MEMORY.
 */
export async function createOrtEngine(options: EngineOptions): Promise<Engine> {
  // Imported late, so that reading a manifest does not load native code.
  const ort = (await import('onnxruntime-node')) as Runtime & { default?: Runtime };
  const { InferenceSession, Tensor, env } = ort.default ?? ort;
  const provider = options.provider ?? 'cpu';
  requireOrientable(options);
  const model = modelToRun(options);
  const session = await InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Spinning threads would take the cores that decode the slide.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  }).catch((cause: unknown) => {
    throw nativeError(cause, 'MODEL_HASH_MISMATCH');
  });
  const { input, output, square } = options.manifest;
  const wanted = (cells: Int32Array): InstanceType<typeof Tensor> =>
    new Tensor('int64', BigInt64Array.from(cells, BigInt), [cells.length]);
  const description = { runtime: `onnxruntime-node ${env.versions.node ?? env.versions.common}`, provider };
  return new SerialEngine(
    {
      description,
      run: async (data, shape, cells) => {
        const pixels = { [input.name]: new Tensor('uint8', data, shape) };
        const feeds = square?.pass === 'patches' ? { ...pixels, [WANTED_CELLS]: wanted(cells) } : pixels;
        const results = await session.run(feeds, [output.name]).catch((cause: unknown) => {
          throw nativeError(cause, 'INTERNAL');
        });
        return results[output.name];
      },
      // Releasing a session during its run, or ending the process then, aborts it.
      release: () => session.release(),
    },
    options,
  );
}

/** On a card the layers are float16; of a model that is averaged over orientations too. */
function modelToRun({ model: stated, manifest, orientations, provider = 'cpu' }: EngineOptions): Uint8Array {
  const model = provider === 'cpu' ? stated : inHalfPrecision(stated);
  const { input, output, square } = manifest;
  if (square?.pass === 'whole') return wholeSquares(model, { input: input.name, output: output.name }, square);
  if (square?.pass === 'patches') return patchesOfSquares(model, input.name, square);
  return orientations === 8 ? averageOrientations(model) : model;
}
