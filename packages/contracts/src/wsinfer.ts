import { z } from 'zod';

const Channels = z.tuple([z.number(), z.number(), z.number()]);

/** WSInfer's config.json, specification 1.0 (github.com/SBU-BMI/wsinfer-zoo, schemas/model-config.schema.json). */
export const WsinferConfig = z.object({
  spec_version: z.literal('1.0'),
  name: z.string().optional(),
  architecture: z.string(),
  num_classes: z.int().min(1),
  class_names: z.array(z.string()).min(1),
  patch_size_pixels: z.int().positive(),
  spacing_um_px: z.number().positive(),
  transform: z.array(
    z.discriminatedUnion('name', [
      z.object({ name: z.literal('Resize'), arguments: z.object({ size: z.int().positive() }) }),
      z.object({ name: z.literal('ToTensor') }),
      z.object({ name: z.literal('Normalize'), arguments: z.object({ mean: Channels, std: Channels }) }),
    ]),
  ),
});
export type WsinferConfig = z.infer<typeof WsinferConfig>;
