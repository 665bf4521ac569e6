import koffi from 'koffi';

/** Of linux/fs.h: what would have to wait fails with EAGAIN instead. */
const RWF_NOWAIT = 8;

interface Part {
  readonly base: Uint8Array;
  readonly length: number;
}

/** `ssize_t preadv2(int, const struct iovec *, int, off_t, int)`, where `off_t` has 64 bits. */
type Preadv2 = (file: number, parts: Part, count: number, offset: number, flags: number) => number;

/** Of this thread; undefined until the first read. */
let preadv2: Preadv2 | null | undefined;

/**
 * Reads as much of a file from `offset` on as the system has in memory; returns how many bytes of `into` it filled. 0 says
 * nothing: there may be none, or they have to be read the usual way, as wherever the system cannot tell (not Linux, some
 * file systems). `file` is an open descriptor.
 *
 * Why? Node reads files in other threads. Where all processors are busy, waking one and being woken takes far longer than
 * copying a few kilobytes.
 */
export function readCached(file: number, into: Uint8Array, offset: number): number {
  if (preadv2 === undefined) preadv2 = loadPreadv2();
  // To the system -1 means wherever the last read ended.
  if (preadv2 === null || into.length === 0 || !(offset >= 0)) return 0;
  return Math.max(0, preadv2(file, { base: into, length: into.length }, 1, offset, RWF_NOWAIT));
}

function loadPreadv2(): Preadv2 | null {
  if (process.platform !== 'linux' || !(process.arch === 'x64' || process.arch === 'arm64')) return null;
  try {
    const iovec = koffi.struct({ base: 'void *', length: 'size_t' });
    const types = ['int', koffi.pointer(iovec), 'int', 'int64_t', 'int'];
    return koffi.load(null).func('preadv2', 'int64_t', types);
  } catch {
    // A C library without it.
    return null;
  }
}
