import { z } from 'zod';
import { BundleManifest } from './manifest.ts';

const Text = z.string().trim().min(1).max(500);
const SidePx = z.int().positive().max(8192);
/** In the order of the model's own channels. */
const Channels = z.tuple([z.number(), z.number(), z.number()]);

/**
 * What a person states of a model that was made elsewhere. Whatever its file says need not be stated; what is missing in
 * the end is told by name. A statement wins over the file.
 */
export const ImportDetails = z
  .strictObject({
    /** Of the bundle's folder and of `--model`: lower-case letters, digits, hyphens. */
    name: z
      .string()
      .max(100)
      .regex(/^[a-z0-9][a-z0-9-]*$/),
    version: Text,
    title: Text,
    architecture: Text,
    /** In the order of the model's outputs; of a model with one output the second class, or both. */
    classes: z.array(Text).min(1).max(1000),
    /** classify: the class that lesions are of. */
    positive: Text,
    /** µm per pixel at which patches are cut. */
    mpp: z.number().positive().max(100),
    organ: Text,
    stain: Text,
    species: Text,
    licence: Text,
    intendedUse: Text,
    threshold: z.number().min(0).max(1),
    /** Side of the patch that is cut from the slide; by default what the model takes. */
    patchSizePx: SidePx,
    /** Patches are resized to this side before the model sees them. */
    resizePx: SidePx,
    stridePx: SidePx,
    /** classify: how far lesions are apart at least. */
    nmsRadiusUm: z.number().positive(),
    /** segment: smaller pieces are left out. */
    minAreaUm2: z.number().nonnegative(),
    /** segment: each connected piece is an object, such as a nucleus. */
    objects: z.boolean(),
    /** What becomes of a byte b: imagenet b / 255, less ImageNet's mean, over its deviation; unit b / 255; signed b / 127.5 − 1; none b. */
    normalisation: z.enum(['imagenet', 'unit', 'signed', 'none']),
    /** In the place of a normalisation by name: first the scale, then less `mean`, over `std`. */
    scale: z.enum(['1/255', '-1..1', 'none']),
    mean: Channels,
    std: Channels.refine((deviations) => deviations.every((d) => d > 0), 'deviations are above 0'),
    colour: z.enum(['RGB', 'BGR']),
    layout: z.enum(['NCHW', 'NHWC']),
    /** Name of the output that is meant, where the model has several. */
    output: z.string().min(1),
    meaning: z.enum(['logits', 'probabilities']),
  })
  .partial();
export type ImportDetails = z.infer<typeof ImportDetails>;

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
