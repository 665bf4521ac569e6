/** A MIRAX slide has some 30 files, a DICOM series a few; a scan in single tiles thousands. */
export const MAX_ENTRIES = 20_000;
/** Scans are compressed already; of the index files about 10:1 is seen. */
export const MAX_RATIO = 100;
/** Below so many bytes any ratio will do: empty index files shrink a thousandfold. */
export const RATIO_FREE_BYTES = 2 ** 24;
export const MAX_DEPTH = 8;
/** Of a whole path within the archive. */
export const MAX_NAME_LENGTH = 512;
