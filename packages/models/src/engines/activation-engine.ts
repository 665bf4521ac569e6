import { GigascopeError } from '@gigascope/contracts';
import { ACTIVATION_MAP, withActivationMap } from '../activation-map.ts';
import type { StageBundle } from '../bundle/load-bundle.ts';
import type { Engine } from './engine.ts';
import type { EngineOptions } from './options.ts';
import { createOrtThreadEngine } from './ort-thread-engine.ts';

/**
 * An engine whose answers are class activation maps, float32 [classes, h, w] a patch, in a thread of its own and for one patch
 * at a time. Throws ARGUMENT_INVALID for a bundle that is no classifier or whose maps are not known.
 */
export async function createActivationEngine(
  { manifest, model }: Pick<StageBundle, 'manifest' | 'model'>,
  options: Pick<EngineOptions, 'threads' | 'provider'>,
): Promise<Engine> {
  if (manifest.task !== 'classify' || (manifest.engine ?? 'onnxruntime') !== 'onnxruntime')
    throw new GigascopeError('ARGUMENT_INVALID', `${manifest.name} is no classifier of which a map can be made`);
  return await createOrtThreadEngine({
    model: withActivationMap(model, manifest),
    manifest: { ...manifest, output: { name: ACTIVATION_MAP, meaning: 'activations' } },
    threads: options.threads ?? 1,
    provider: options.provider ?? 'cpu',
    batchSize: 1,
  });
}
