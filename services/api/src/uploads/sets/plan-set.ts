import { posix } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';

/** Kinds of file by which a slide of several files is opened, besides a DICOM series, where any file will do. */
const ENTRY_EXTENSIONS = ['.mrxs', '.vms', '.vmu', '.ndpis'];
const DICOM = '.dcm';

export interface SetPlan {
  /** Of the file that is opened, with its dot. */
  readonly extension: string;
  /** The archive's name of each file that belongs to the slide → its path in the slide's folder. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Finds the one slide among an archive's files, and where each of its files goes: the one that is opened is called
 * `slide.<extension>`, what lies beside it keeps its name, what lies outside its folder is left out.
 *
 * Why? A MIRAX slide looks for its folder under its own name, so both are renamed; the others name their files within.
 * @throws GigascopeError ARCHIVE_REJECTED when there is no slide of several files, or more than one.
 */
export function planSet(names: readonly string[]): SetPlan {
  const entries = names.filter((name) => ENTRY_EXTENSIONS.includes(extensionOf(name)));
  if (entries.length > 1) throw new GigascopeError('ARCHIVE_REJECTED', `it holds ${entries.length} slides`);
  const [entry] = entries;
  if (entry === undefined) return planSeries(names.filter((name) => extensionOf(name) === DICOM));
  const extension = extensionOf(entry);
  const stem = posix.basename(entry).slice(0, -extension.length);
  const folder = folderOf(entry);
  const target = (name: string): string => {
    const inside = name.slice(folder.length);
    return extension === '.mrxs' ? `slide/${inside.slice(stem.length + 1)}` : inside;
  };
  const prefix = extension === '.mrxs' ? `${folder}${stem}/` : folder;
  const companions = names.filter((name) => name !== entry && name.startsWith(prefix));
  const files = new Map(companions.map((name) => [name, target(name)]));
  return settled(extension, files.set(entry, `slide${extension}`));
}

function planSeries(names: readonly string[]): SetPlan {
  const sorted = names.toSorted();
  const [first] = sorted;
  if (first === undefined) throw new GigascopeError('ARCHIVE_REJECTED', 'it holds no slide of several files');
  if (sorted.some((name) => folderOf(name) !== folderOf(first)))
    throw new GigascopeError('ARCHIVE_REJECTED', 'its DICOM files lie in several folders');
  const files = new Map(sorted.map((name) => [name, posix.basename(name)]));
  const taken = sorted.find((name) => posix.basename(name).toLowerCase() === `slide${DICOM}`);
  return settled(DICOM, files.set(taken ?? first, `slide${DICOM}`));
}

function settled(extension: string, files: ReadonlyMap<string, string>): SetPlan {
  if (new Set([...files.values()].map((path) => path.toLowerCase())).size < files.size)
    throw new GigascopeError('ARCHIVE_REJECTED', `a file is called slide${extension} already`);
  return { extension, files };
}

function extensionOf(name: string): string {
  return posix.extname(name).toLowerCase();
}

/** With its '/'; '' at the top. */
function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}
