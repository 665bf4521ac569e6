import type { PreviousUpload, UrlStorage } from 'tus-js-client';

const PREFIX = 'gigascope-upload';

/**
 * Remembers, for the same file chosen again after the page was closed, at which address its upload goes on. No file's name
 * is kept in the browser: names can be patients'.
 */
export const resumeMemory: UrlStorage = {
  findAllUploads: async () => [],
  async findUploadsByFingerprint(fingerprint) {
    const uploadUrl = localStorage.getItem(fingerprint);
    if (uploadUrl === null) return [];
    const known = { size: null, metadata: {}, creationTime: '', parallelUploadUrls: null };
    return [{ ...known, urlStorageKey: fingerprint, uploadUrl }];
  },
  async removeUpload(key) {
    localStorage.removeItem(key);
  },
  async addUpload(fingerprint, { uploadUrl }: PreviousUpload) {
    if (uploadUrl !== null) localStorage.setItem(fingerprint, uploadUrl);
    return fingerprint;
  },
};

/** Tells files apart without showing their names: by size, time of change, and a 32-bit FNV-1a hash of the name. */
export async function fingerprintOf({ name, size, lastModified }: File): Promise<string> {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `${PREFIX}-${size}-${lastModified}-${hash.toString(16)}`;
}
