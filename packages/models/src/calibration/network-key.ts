import type { ModelManifest } from '@gigascope/contracts';
import runtime from 'onnxruntime-node/package.json' with { type: 'json' };
import { MODEL_FILE } from '../bundle/files.ts';

/** What of a network its speed depends on: the bytes of its graph, and the runtime. Null where its settings cannot be chosen: TensorFlow.js. */
export function networkKey({ engine, files }: ModelManifest): { modelSha256: string; runtime: string } | null {
  const modelSha256 = files[MODEL_FILE];
  if (engine === 'tfjs' || modelSha256 === undefined) return null;
  return { modelSha256, runtime: `${runtime.name} ${runtime.version}` };
}
