import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GigascopeError, type ImportDetails, type ImportOutcome, toGigascopeError } from '@gigascope/contracts';
import { goldenPatch } from '../bundle/golden.ts';
import { loadBundle } from '../bundle/load-bundle.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { encodeModel } from '../onnx/model-file.ts';
import { coverageOf } from './answer-shape.ts';
import { buildAnswerTail } from './answer-tail.ts';
import { countWork } from './count-work.ts';
import { describeAnswer, describeDoor, describeInput } from './describe-findings.ts';
import { isComplete, missingDetails } from './details.ts';
import { examineModel } from './examine-model.ts';
import { importCard } from './import-card.ts';
import { importDraft } from './import-draft.ts';
import { readMeaning } from './meaning.ts';
import { readModel } from './read-model.ts';
import { readSource } from './source.ts';
import { wrapModel } from './wrap-model.ts';
import { wsinferDetails } from './wsinfer-details.ts';

export interface ImportTarget {
  /** The bundle's own folder; absent: one of its name in `modelsFolder`. */
  readonly folder?: string | undefined;
  readonly modelsFolder: string;
  /** Whether a bundle that is there already makes way. */
  readonly replace: boolean;
}

/**
 * Makes a bundle of an ONNX model from elsewhere: FILE.onnx, or a folder with one and perhaps WSInfer's config.json. The
 * model is tried out, wrapped so that it takes uint8 NHWC `patches` and gives `probabilities`, written, loaded and checked
 * by its golden patch. Gives the list of missing details instead where the file and `details` do not say everything.
 * @throws GigascopeError MODEL_UNSUPPORTED, in a sentence, for what cannot run here; COMPANION_OUTSIDE_SLIDE for weights
 * elsewhere; MODEL_OUTPUT_INVALID for NaN; ARGUMENT_INVALID for details that do not fit; FILE_NOT_FOUND; STORAGE_FULL.
 */
export async function importModel(path: string, details: ImportDetails, target: ImportTarget): Promise<ImportOutcome> {
  const source = await readSource(path);
  const stated = { ...wsinferDetails(source.config), ...details };
  const examined = await examineModel(await readModel(source), stated);
  const { input, inner, tried } = examined;
  const found = [describeInput(input)];
  const missing = missingDetails(stated, examined);
  if (tried === null || missing.length > 0 || !isComplete(stated)) {
    if (tried !== null) found.push(describeAnswer(tried.output, tried.answer, null));
    return { state: 'incomplete', missing, found };
  }
  const { answer, door, output, patchSizePx, sidePx } = tried;
  const meaning = readMeaning(stated.meaning, examined.activation, answer, tried);
  found.push(describeAnswer(output, answer, meaning));
  const coverage = answer.task === 'segment' ? coverageOf(answer.sidePx, sidePx, patchSizePx) : null;
  const model = wrapModel(door, inner, buildAnswerTail(tried.innerOutput, answer, meaning, coverage));
  const draft = importDraft(stated, {
    answer,
    patchSizePx,
    outputSizePx: coverage?.outputSizePx ?? patchSizePx,
    producer: [inner.producerName, inner.producerVersion].join(' ').trim() || 'unknown',
    normalisation: describeDoor(stated, tried),
    multiplyAddCount: await countWork(model, goldenPatch(patchSizePx), patchSizePx),
  });
  const folder = target.folder ?? join(target.modelsFolder, draft.name);
  if (!target.replace) await requireFree(folder);
  await writeBundle(folder, { draft, model: encodeModel(model), card: importCard(draft, found) });
  const { manifest, sha256 } = await loadBundle(folder);
  return { state: 'imported', manifest, sha256, found };
}

/** Throws ARGUMENT_INVALID where something has that name already. */
async function requireFree(folder: string): Promise<void> {
  const state = await lstat(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw toGigascopeError(cause);
  });
  if (state !== undefined)
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `${basename(folder)} is installed already; it has to be told to make way`,
    );
}
