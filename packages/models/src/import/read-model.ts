import { GigascopeError } from '@gigascope/contracts';
import type { ModelProto } from '../onnx/generated/onnx-ml_pb.js';
import { decodeModel } from '../onnx/model-file.ts';
import { inlineWeights } from './inline-weights.ts';
import type { ModelSource } from './source.ts';

/** What onnxruntime 1.30 reads (measured: operator set 27 and format 14 are refused, 6 only "may run"). */
const OLDEST_OPSET = 7;
export const NEWEST_OPSET = 26;
export const NEWEST_FORMAT = 13;
/** From this format on, weights need not be listed as inputs. */
const WEIGHTS_APART = 4n;

/**
 * Reads an .onnx file with all its weights. Throws MODEL_UNSUPPORTED for other bytes, for a format or operator set that
 * the runtime does not know, and COMPANION_OUTSIDE_SLIDE for weights elsewhere than in or beside the file.
 */
export async function readModel({ bytes, file, folder }: ModelSource): Promise<ModelProto> {
  const model = parse(bytes, file);
  const format = Number(model.irVersion);
  if (format > NEWEST_FORMAT)
    throw new GigascopeError(
      'MODEL_UNSUPPORTED',
      `it is of ONNX format ${format}; ${NEWEST_FORMAT} is the newest known`,
    );
  const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const version = Number(opset?.version ?? 0);
  if (version > NEWEST_OPSET)
    throw new GigascopeError(
      'MODEL_UNSUPPORTED',
      `it uses ONNX operator set ${version}; ${NEWEST_OPSET} is the newest known: export it with opset_version=${NEWEST_OPSET} or less`,
    );
  if (version < OLDEST_OPSET)
    throw new GigascopeError(
      'MODEL_UNSUPPORTED',
      `it uses ONNX operator set ${version}; ${OLDEST_OPSET} is the oldest known`,
    );
  if (model.irVersion < WEIGHTS_APART) model.irVersion = WEIGHTS_APART;
  await inlineWeights(model, folder);
  return model;
}

function parse(bytes: Uint8Array, file: string): ModelProto & { graph: NonNullable<ModelProto['graph']> } {
  try {
    const model = decodeModel(bytes);
    if (model.graph !== undefined && model.graph.node.length > 0) return { ...model, graph: model.graph };
  } catch (cause) {
    throw new GigascopeError('MODEL_UNSUPPORTED', `${file} is no ONNX model`, { cause });
  }
  throw new GigascopeError('MODEL_UNSUPPORTED', `${file} holds no network`);
}
