import { z } from 'zod';
import { EXPORT_FORMAT_IDS } from '../paths.ts';

/** Where a file's coordinates count from: level 0's corner, or that of the part that was scanned. */
export const OriginName = z.enum(['l0', 'bounds']);

export const ExportQuery = z.object({
  format: z.enum(EXPORT_FORMAT_IDS).meta({ examples: ['qupath-geojson'] }),
  /** Without it as the format's software counts. */
  origin: OriginName.optional(),
});
