import { create } from '@bufbuild/protobuf';
import type { ImportDetails } from '@gigascope/contracts';
import { type GraphProto, GraphProtoSchema, type ModelProto } from '../onnx/generated/onnx-ml_pb.js';
import { type AnswerShape, readAnswerShape } from './answer-shape.ts';
import { buildRawTail, RAW_ANSWER } from './answer-tail.ts';
import { sidesOf } from './details.ts';
import { freeBatch } from './free-batch.ts';
import { buildImageDoor } from './image-door.ts';
import { type ImageInput, readImageInput } from './image-input.ts';
import { lastActivation } from './last-activation.ts';
import { type Normalisation, normalisationOf } from './normalisation.ts';
import { chooseOutput } from './output.ts';
import { type Trial, tryModel } from './try-model.ts';
import { prepareInner, wrapModel } from './wrap-model.ts';

/** A model that was tried out behind its door. */
export interface TriedModel extends Trial {
  readonly answer: AnswerShape;
  readonly door: ModelProto;
  /** The output as the file names it, and as the wrapped graph does. */
  readonly output: string;
  readonly innerOutput: string;
  readonly patchSizePx: number;
  readonly sidePx: number;
}

export interface ExaminedModel {
  readonly input: ImageInput;
  readonly outputs: readonly string[];
  readonly activation: ReturnType<typeof lastActivation>;
  /** The model, ready to stand between a door and a tail. */
  readonly inner: ModelProto;
  /** null where layout, size or output have to be stated first. */
  readonly tried: TriedModel | null;
}

/** While nobody has said what a byte becomes, the sizes of the answer can be found all the same. */
const ANY: Normalisation = { factor: [1 / 255, 1 / 255, 1 / 255], offset: [0, 0, 0], words: '' };

/** Finds out what a model takes and gives, by its graph and by running it; the graph is changed in place. Throws what `tryModel`, `readImageInput` and `chooseOutput` do. */
export async function examineModel(inner: ModelProto, details: ImportDetails): Promise<ExaminedModel> {
  const graph: GraphProto = inner.graph ?? create(GraphProtoSchema);
  const input = readImageInput(inner, details);
  const outputs = graph.output.map(({ name }) => name);
  const output = chooseOutput(graph, details);
  const activation = lastActivation(graph, output ?? '');
  const { patchSizePx, sidePx } = sidesOf(details, input);
  const { layout, batch, type, takesBytes } = input;
  if (output === null || layout === null || sidePx === null || patchSizePx === null)
    return { input, outputs, activation, inner, tried: null };
  if (batch !== null) freeBatch(graph, input.name, batch);
  const innerOutput = prepareInner(graph, input.name, output);
  const normalisation = normalisationOf(details) ?? (takesBytes ? null : ANY);
  const door = buildImageDoor({ patchSizePx, sidePx, layout, type, normalisation, colour: details.colour ?? 'RGB' });
  const trial = await tryModel(wrapModel(door, inner, buildRawTail(innerOutput)), RAW_ANSWER, {
    sidePx: patchSizePx,
    wasOpened: batch !== null,
  });
  const answer = readAnswerShape(output, trial.dims, trial.count, layout);
  return {
    input,
    outputs,
    activation,
    inner,
    tried: { ...trial, answer, door, output, innerOutput, patchSizePx, sidePx },
  };
}
