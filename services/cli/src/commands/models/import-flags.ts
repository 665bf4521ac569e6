import { ImportDetails } from '@gigascope/contracts';
import { z } from 'zod';
import { parsedBy } from '../../command.ts';

type Field = keyof ImportDetails;

/** How a detail is written on the command line; an option without a value is there or not. */
interface Flag {
  readonly flag: string;
  readonly value?: string;
  readonly help: string;
}

/** Every detail of an import as an option, in the order of the help. */
const FLAGS: Readonly<Record<Field, Flag>> = {
  name: { flag: '--name', value: 'name', help: 'what it is called here' },
  classes: { flag: '--classes', value: 'a,b,c', help: 'names of its classes, in the order of its outputs' },
  positive: { flag: '--positive', value: 'class', help: 'the class that lesions are of' },
  mpp: { flag: '--mpp', value: 'x', help: 'µm per pixel of the patches that it was trained on' },
  organ: { flag: '--organ', value: 'organ', help: 'the tissue that it was made for' },
  stain: { flag: '--stain', value: 'stain', help: 'the stain that it was made for' },
  licence: { flag: '--licence', value: 'licence', help: 'of its weights' },
  normalisation: {
    flag: '--normalisation',
    value: 'name',
    help: 'of a byte b: imagenet | unit (b / 255) | signed (b / 127.5 − 1) | none',
  },
  scale: {
    flag: '--scale',
    value: 'scale',
    help: 'instead of a name: 1/255 | -1..1 | none, then less --mean, over --std',
  },
  mean: { flag: '--mean', value: 'a,b,c', help: 'in the order of --colour' },
  std: { flag: '--std', value: 'a,b,c', help: 'in the order of --colour' },
  colour: { flag: '--colour', value: 'order', help: 'RGB | BGR (default: RGB)' },
  patchSizePx: {
    flag: '--patch-size',
    value: 'px',
    help: 'side of the patch that is cut (default: what the model takes)',
  },
  resizePx: { flag: '--resize', value: 'px', help: 'patches are resized to this before the model sees them' },
  stridePx: { flag: '--stride', value: 'px', help: 'from patch to patch (default: side by side)' },
  threshold: {
    flag: '--threshold',
    value: 'p',
    help: 'from which probability on something is reported (default: 0.5)',
  },
  nmsRadiusUm: { flag: '--nms-radius', value: 'um', help: 'how far lesions are apart at least (default: one patch)' },
  minAreaUm2: { flag: '--min-area', value: 'um2', help: 'segmentation: smaller pieces are left out' },
  objects: { flag: '--objects', help: 'segmentation: each piece is an object, such as a nucleus' },
  layout: { flag: '--layout', value: 'layout', help: 'NCHW | NHWC, where the file leaves it open' },
  output: { flag: '--output', value: 'name', help: 'which output is meant, where there are several' },
  meaning: { flag: '--meaning', value: 'meaning', help: 'logits | probabilities, where the graph misleads' },
  title: { flag: '--title', value: 'title', help: 'for people' },
  version: { flag: '--model-version', value: 'version', help: 'default: 1.0.0' },
  architecture: { flag: '--architecture', value: 'name', help: 'default: the library that wrote the file' },
  species: { flag: '--species', value: 'species', help: 'default: human' },
  intendedUse: { flag: '--intended-use', value: 'text', help: 'default: research, not diagnosis' },
};

/** The options in commander's words. */
export const importFlags = Object.entries(FLAGS).map(([field, { flag, value, help }]) => ({
  field: field as Field,
  written: value === undefined ? flag : `${flag} <${value}>`,
  help,
  parse: parsedBy(z.preprocess((text) => fromText(field as Field, String(text)), ImportDetails.shape[field as Field])),
}));

/** A detail as it is to be written, such as `--classes a,b,c`. */
export function writtenFlag(field: Field): string {
  const { flag, value } = FLAGS[field];
  return value === undefined ? flag : `${flag} ${value.toUpperCase()}`;
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
