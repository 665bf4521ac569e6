import type { ExportSource } from './export-source.ts';
import type { Origin } from './origin.ts';

/** A form of an analysis's findings that other software reads. */
export interface ExportFormat {
  /** For people. */
  readonly title: string;
  readonly mediaType: string;
  /** Of the file's name, without a dot. */
  readonly extension: string;
  /** Where coordinates count from in the software that reads the format. */
  readonly origin: Origin;
  /** Writes the text piece by piece, in pieces of any length. */
  write(source: ExportSource, origin: Origin): AsyncIterable<string> | Iterable<string>;
}
