import type { ImportDetails } from '@gigascope/contracts';
import type { AnswerShape } from './answer-shape.ts';
import type { ImageInput } from './image-input.ts';
import type { Meaning } from './meaning.ts';
import { normalisationOf } from './normalisation.ts';

export function describeInput({ batch, layout, name, sidePx, typeName }: ImageInput): string {
  const size = sidePx === null ? 'of any size' : `of ${sidePx} × ${sidePx} px`;
  const fixed = batch === null ? '' : `, exported for ${batch} at a time and opened to any number`;
  return `Takes ${typeName} ${layout ?? 'NCHW or NHWC'} images ${size} as ${name}${fixed}`;
}

export function describeAnswer(name: string, answer: AnswerShape, meaning: Meaning | null): string {
  const what = meaning ?? 'values';
  if (answer.outputs === 1) {
    const where = answer.task === 'segment' ? ' for each pixel' : '';
    return `Gives one ${meaning === 'logits' ? 'logit' : 'probability'}${where} as ${name}, from which two classes are made`;
  }
  const where = answer.task === 'segment' ? ` for each of ${answer.sidePx} × ${answer.sidePx} pixels` : '';
  return `Gives ${what} of ${answer.outputs} classes${where} as ${name}`;
}

/** What happens to a patch before the model sees it. */
export function describeDoor(
  details: ImportDetails,
  { patchSizePx, sidePx }: { readonly patchSizePx: number; readonly sidePx: number },
): string {
  const size = sidePx === patchSizePx ? [] : [`resized to ${sidePx} px`];
  const colour = details.colour === 'BGR' ? ['BGR'] : [];
  return [...size, ...colour, normalisationOf(details)?.words ?? 'bytes as they are'].join(', ');
}
