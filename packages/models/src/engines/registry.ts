import type { ModelManifest } from '@gigascope/contracts';
import type { Engine } from './engine.ts';
import type { EngineOptions } from './options.ts';
import { createOrtEngine } from './ort-engine.ts';
import { createOrtThreadEngine } from './ort-thread-engine.ts';
import { createTfjsProcessEngine } from './tfjs/tfjs-process-engine.ts';

export type EngineName = NonNullable<ModelManifest['engine']>;

interface EngineKind {
  /** Apart from the calling thread, whose event loop stays free. */
  readonly apart: (options: EngineOptions) => Promise<Engine>;
  /** For a few runs, whose caller waits for them anyway. */
  readonly once: (options: EngineOptions) => Promise<Engine>;
}

/** Every engine by the name that a manifest states; the first is that of manifests which state none. */
const ENGINES: Readonly<Record<EngineName, EngineKind>> = {
  onnxruntime: { apart: createOrtThreadEngine, once: createOrtEngine },
  tfjs: { apart: createTfjsProcessEngine, once: createTfjsProcessEngine },
};

/** The engine that a network's manifest asks for. */
export function engineOf({ engine = 'onnxruntime' }: Pick<ModelManifest, 'engine'>): EngineKind {
  return ENGINES[engine];
}
