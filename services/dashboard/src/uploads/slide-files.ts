/** Endings of slides that are one file each. */
const ENDINGS = /\.(svs|tiff?|ndpi|scn|bif|dcm|svslide|vms|vmu|czi|jpe?g|png)$/i;

/** Whether a file of a folder is worth sending; one that was chosen by itself is sent in any case. */
export const looksLikeSlide = (name: string): boolean => ENDINGS.test(name) && !name.startsWith('.');

/** Files that were dropped, with those in dropped folders and the folders in these. */
export async function droppedFiles(data: DataTransfer): Promise<readonly File[]> {
  // Entries have to be taken before the first wait: after it the browser has emptied the list.
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...data.files];
  const files = await Promise.all(entries.map((entry) => filesOf(entry, true)));
  return files.flat();
}

async function filesOf(entry: FileSystemEntry, byItself: boolean): Promise<readonly File[]> {
  if (isFile(entry)) {
    if (!byItself && !looksLikeSlide(entry.name)) return [];
    return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  for (;;) {
    // A browser hands over a folder in parts, and an empty one after the last.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return files;
    for (const inside of part) files.push(...(await filesOf(inside, false)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
