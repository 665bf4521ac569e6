import { GigascopeError, type ImportDetails, type MissingDetail } from '@gigascope/contracts';
import type { AnswerShape } from './answer-shape.ts';
import type { ImageInput } from './image-input.ts';
import { normalisationOf } from './normalisation.ts';

/** What every bundle states and no model's file says. */
const NEVER_IN_FILES = ['name', 'classes', 'mpp', 'organ', 'stain', 'licence'] as const;
export type CompleteDetails = ImportDetails & {
  readonly [K in (typeof NEVER_IN_FILES)[number]]: NonNullable<ImportDetails[K]>;
};

/** Whether everything is stated that no model's file says. */
export function isComplete(details: ImportDetails): details is CompleteDetails {
  return NEVER_IN_FILES.every((field) => details[field] !== undefined);
}

/** What the model itself says. */
interface Findings {
  readonly input: ImageInput;
  readonly outputs: readonly string[];
  /** null where it could not be tried out yet. */
  readonly tried: { readonly answer: AnswerShape } | null;
}

/** Lists what only a person can say, in the order of a form. */
export function missingDetails(details: ImportDetails, { input, outputs, tried }: Findings): MissingDetail[] {
  const answer = tried?.answer ?? null;
  const asked: [keyof ImportDetails, string][] = [
    ['name', 'the name that it gets here, such as colon-tumour'],
    ['classes', classesAsked(answer)],
    ['mpp', 'µm per pixel of the patches that it was trained on'],
    ['organ', 'the tissue that it was made for'],
    ['stain', 'the stain that it was made for, such as H&E'],
    ['licence', 'the licence of its weights'],
  ];
  if (answer?.task === 'classify' && answer.outputs > 1) asked.push(['positive', 'the class that lesions are of']);
  if (!input.takesBytes && normalisationOf(details) === null)
    asked.push(['normalisation', 'what it expects of a byte: imagenet, unit (0 to 1), signed (−1 to 1) or none']);
  if (input.layout === null) asked.push(['layout', 'NCHW or NHWC, since the file leaves it open']);
  if (input.sidePx === null && details.resizePx === undefined)
    asked.push(['patchSizePx', 'the side of a patch in pixels, since the model takes any']);
  if (outputs.length > 1) asked.push(['output', `which output is meant: ${outputs.join(', ')}`]);
  return asked.flatMap(([field, what]) => (details[field] === undefined ? [{ field, what }] : []));
}

function classesAsked(answer: AnswerShape | null): string {
  if (answer === null) return 'the names of its classes, in the order of its outputs';
  if (answer.outputs === 1) return 'the name of the class that its one output is the probability of';
  const first = answer.task === 'segment' ? ', the background first' : '';
  return `the names of ${answer.outputs} classes, in the order of its outputs${first}`;
}

/** The class names of a model's outputs. Throws ARGUMENT_INVALID where they do not fit them. */
export function classNames({ classes }: CompleteDetails, { outputs, task }: AnswerShape): string[] {
  const [only, more] = classes;
  const isOne = outputs === 1 && only !== undefined && more === undefined;
  const names = isOne ? [task === 'segment' ? 'background' : `not ${only}`, only] : classes;
  const expected = Math.max(2, outputs);
  if (names.length !== expected)
    throw new GigascopeError('ARGUMENT_INVALID', `${names.length} classes are named, and the model has ${expected}`);
  if (new Set(names).size !== names.length)
    throw new GigascopeError('ARGUMENT_INVALID', `two classes have the same name: ${names.join(', ')}`);
  return names;
}

/** Sides of the patch and of the model's image, null where they have to be stated. Throws ARGUMENT_INVALID where they differ without `resizePx`. */
export function sidesOf(
  details: ImportDetails,
  input: ImageInput,
): { patchSizePx: number | null; sidePx: number | null } {
  const patchSizePx = details.patchSizePx ?? null;
  const resizePx = details.resizePx ?? null;
  const sidePx = input.sidePx ?? resizePx ?? patchSizePx;
  const patch = patchSizePx ?? input.sidePx ?? resizePx;
  if (resizePx !== null && resizePx !== sidePx)
    throw new GigascopeError('ARGUMENT_INVALID', `the model takes ${sidePx} px, not ${resizePx}`);
  if (patch !== sidePx && resizePx === null)
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `the model takes ${sidePx} px: patches of ${patch} px have to be resized to ${sidePx}`,
    );
  return { patchSizePx: patch, sidePx };
}
