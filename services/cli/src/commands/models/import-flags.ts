import { ImportDetails } from '@gigascope/contracts';
import { z } from 'zod';
import { parsedBy } from '../../command.ts';

type Field = keyof ImportDetails;

/** How a detail is written on the command line: its flag and, where it takes one, its value. In the order of the help. */
const FLAGS: Readonly<Record<Field, readonly [flag: string, value?: string]>> = {
  name: ['--name', 'name'],
  classes: ['--classes', 'a,b,c'],
  positive: ['--positive', 'class'],
  mpp: ['--mpp', 'x'],
  organ: ['--organ', 'organ'],
  stain: ['--stain', 'stain'],
  licence: ['--licence', 'licence'],
  normalisation: ['--normalisation', 'name'],
  scale: ['--scale', '1/255|-1..1|none'],
  mean: ['--mean', 'a,b,c'],
  std: ['--std', 'a,b,c'],
  colour: ['--colour', 'RGB|BGR'],
  patchSizePx: ['--patch-size', 'px'],
  resizePx: ['--resize', 'px'],
  stridePx: ['--stride', 'px'],
  threshold: ['--threshold', 'p'],
  nmsRadiusUm: ['--nms-radius', 'um'],
  minAreaUm2: ['--min-area', 'um2'],
  objects: ['--objects'],
  layout: ['--layout', 'NCHW|NHWC'],
  output: ['--output', 'name'],
  meaning: ['--meaning', 'logits|probabilities'],
  title: ['--title', 'title'],
  version: ['--model-version', 'version'],
  architecture: ['--architecture', 'name'],
  species: ['--species', 'species'],
  intendedUse: ['--intended-use', 'text'],
};

const written = ([flag, value]: readonly [string, string?]): string =>
  value === undefined ? flag : `${flag} <${value}>`;

/** The options in commander's words. */
export const importFlags = (Object.keys(FLAGS) as Field[]).map((field) => {
  const detail = ImportDetails.shape[field].unwrap();
  return {
    field,
    written: written(FLAGS[field]),
    takesValue: FLAGS[field].length > 1,
    help: detail.description ?? '',
    parse: parsedBy(z.preprocess((text) => fromText(field, String(text)), detail)),
  };
});

/** A detail as it is to be written, such as `--classes a,b,c`. */
export function writtenFlag(field: Field): string {
  return FLAGS[field].join(' ');
}

const NUMBERS: ReadonlySet<Field> = new Set([
  ...(['mpp', 'patchSizePx', 'resizePx', 'stridePx', 'threshold', 'nmsRadiusUm', 'minAreaUm2'] as const),
]);

function fromText(field: Field, text: string): unknown {
  if (NUMBERS.has(field)) return text.trim() === '' ? text : Number(text);
  if (field === 'classes') return text.split(',');
  if (field === 'mean' || field === 'std') return text.split(',').map(Number);
  return text;
}
