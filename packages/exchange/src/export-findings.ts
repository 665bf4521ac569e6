import type { ExportFormat } from './export-format.ts';
import { EXPORT_FORMATS, type ExportFormatId } from './export-formats.ts';
import type { ExportSource } from './export-source.ts';
import type { Origin } from './origin.ts';
import { inChunks } from './text/in-chunks.ts';

export interface ExportOptions {
  /** Where coordinates count from; by default as the format's software does. */
  readonly origin?: Origin | undefined;
}

/** Writes an analysis's findings in a format, in chunks of some 64 kB: a million outlines never stand in memory. */
export function exportFindings(
  id: ExportFormatId,
  source: ExportSource,
  { origin }: ExportOptions = {},
): AsyncGenerator<string, void, undefined> {
  const format: ExportFormat = EXPORT_FORMATS[id];
  return inChunks(format.write(source, origin ?? format.origin));
}
