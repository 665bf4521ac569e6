import { z } from 'zod';
import { BundleManifest } from './manifest.ts';

const Text = z.string().trim().min(1).max(500);
const SidePx = z.int().positive().max(8192);
/** In the order of the model's own channels. */
const Channels = z.tuple([z.number(), z.number(), z.number()]);

const Detail = z.strictObject({
  name: z
    .string()
    .max(100)
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .describe('what it is called here: lower-case letters, digits, hyphens'),
  classes: z
    .array(Text)
    .min(1)
    .max(1000)
    .describe('names of its classes, in the order of its outputs; a model with one output needs only that one’s'),
  positive: Text.describe('the class that lesions are of'),
  mpp: z.number().positive().max(100).describe('µm per pixel of the patches that it was trained on'),
  organ: Text.describe('the tissue that it was made for'),
  stain: Text.describe('the stain that it was made for, such as H&E'),
  licence: Text.describe('the licence of its weights'),
  normalisation: z
    .enum(['imagenet', 'unit', 'signed', 'none'])
    .describe('what it expects of a byte b: imagenet, unit (b / 255), signed (b / 127.5 − 1) or none'),
  scale: z.enum(['1/255', '-1..1', 'none']).describe('instead of a normalisation by name; then less mean, over std'),
  mean: Channels.describe('one number a channel, in the order of colour'),
  std: Channels.refine((each) => each.every((deviation) => deviation > 0), 'deviations are above 0').describe(
    'one number a channel, in the order of colour',
  ),
  colour: z.enum(['RGB', 'BGR']).describe('order of its channels (default RGB)'),
  patchSizePx: SidePx.describe('side of the patch that is cut from the slide (default: what the model takes)'),
  resizePx: SidePx.describe('patches are resized to this before the model sees them'),
  stridePx: SidePx.describe('from patch to patch (default: side by side)'),
  threshold: z.number().min(0).max(1).describe('from which probability on something is reported (default 0.5)'),
  nmsRadiusUm: z.number().positive().describe('how far lesions are apart at least (default: one patch)'),
  minAreaUm2: z.number().nonnegative().describe('segmentation: smaller pieces are left out (default 0)'),
  objects: z.boolean().describe('segmentation: each piece is an object, such as a nucleus'),
  layout: z.enum(['NCHW', 'NHWC']).describe('where the file leaves it open'),
  output: z.string().min(1).describe('which output is meant, where there are several'),
  meaning: z.enum(['logits', 'probabilities']).describe('of its output, where the graph misleads'),
  title: Text.describe('for people'),
  version: Text.describe('of the model (default 1.0.0)'),
  architecture: Text.describe('of the network (default: the library that wrote the file)'),
  species: Text.describe('default human'),
  intendedUse: Text.describe('default: research, not diagnosis'),
});

/**
 * What a person states of a model that was made elsewhere. Whatever its file says need not be stated; what is missing in
 * the end is told by name. A statement wins over the file.
 */
export const ImportDetails = Detail.partial();
export type ImportDetails = z.infer<typeof ImportDetails>;

/** A list in one query parameter, its parts parted by commas. */
const Listed = z.string().transform((text) => text.split(','));
const ListedNumbers = Listed.transform((parts) => parts.map(Number) as [number, number, number]);
const { shape } = Detail;

function fromNumber<T extends z.ZodType<number, number>>(detail: T) {
  return z.coerce
    .number()
    .pipe(detail)
    .describe(detail.description ?? '');
}

/** The same details as query parameters. */
export const ImportModelQuery = z
  .strictObject({
    ...shape,
    classes: Listed.pipe(shape.classes).describe('parted by commas: names of its classes, in the order of its outputs'),
    mean: ListedNumbers.pipe(shape.mean).describe('three numbers, parted by commas'),
    std: ListedNumbers.pipe(shape.std).describe('three numbers, parted by commas'),
    mpp: fromNumber(shape.mpp),
    threshold: fromNumber(shape.threshold),
    patchSizePx: fromNumber(shape.patchSizePx),
    resizePx: fromNumber(shape.resizePx),
    stridePx: fromNumber(shape.stridePx),
    nmsRadiusUm: fromNumber(shape.nmsRadiusUm),
    minAreaUm2: fromNumber(shape.minAreaUm2),
    objects: z.stringbool().describe(shape.objects.description ?? ''),
  })
  .partial();

/** A detail that nothing but a person can say, and what was found that it has to fit. */
export const MissingDetail = z.object({ field: ImportDetails.keyof(), what: z.string() });
export type MissingDetail = z.infer<typeof MissingDetail>;

/** What became of an import: a bundle, or the list of what has to be stated first. */
export const ImportOutcome = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('imported'),
    manifest: BundleManifest,
    /** Of the bundle. */
    sha256: z.string(),
    /** What the file said by itself, a sentence each. */
    found: z.array(z.string()),
  }),
  z.object({ state: z.literal('incomplete'), missing: z.array(MissingDetail).min(1), found: z.array(z.string()) }),
]);
export type ImportOutcome = z.infer<typeof ImportOutcome>;
