import type { LibraryHandle } from 'koffi';
import koffi from 'koffi';
import { OpenSlideError } from './error.ts';

/** The file names to try, newest ABI first. A bare name is looked up by the system's own loader, never in the working folder. */
export function libraryNames(platform: NodeJS.Platform): readonly string[] {
  if (platform === 'win32') return ['libopenslide-1.dll', 'libopenslide-0.dll'];
  if (platform === 'darwin') {
    // Node's binary is hardened: the loader does not look into Homebrew's and MacPorts' folders by itself.
    const folders = ['', '/opt/homebrew/lib/', '/usr/local/lib/', '/opt/local/lib/'];
    const names = ['libopenslide.1.dylib', 'libopenslide.0.dylib', 'libopenslide.dylib'];
    return names.flatMap((name) => folders.map((folder) => folder + name));
  }
  return ['libopenslide.so.1', 'libopenslide.so.0', 'libopenslide.so'];
}

/** Says how to get the library where it is absent. */
export function installHint(platform: NodeJS.Platform): string {
  if (platform === 'win32')
    return 'Download it from https://openslide.org/download/ and pass the path of libopenslide-1.dll.';
  if (platform === 'darwin') return 'Install it with: brew install openslide';
  return 'Install it with: apt-get install libopenslide0 (or libopenslide1 where the distribution has it)';
}

/** A loaded shared library and the name or path under which it was found. */
export interface LoadedLibrary {
  readonly file: string;
  readonly handle: LibraryHandle;
}

/** Opens the first library that loads: only `explicitPath` when given, else the platform's usual names. */
export function loadLibrary(explicitPath: string | undefined): LoadedLibrary {
  if (explicitPath !== undefined && (explicitPath === '' || explicitPath.includes('\0'))) {
    throw new OpenSlideError('ARGUMENT_INVALID', 'loadOpenSlide', 'the library path is empty or holds a NUL character');
  }
  reserveStack();
  const files = explicitPath === undefined ? libraryNames(process.platform) : [explicitPath];
  const failures: string[] = [];
  for (const file of files) {
    try {
      return { file, handle: koffi.load(file) };
    } catch (error) {
      failures.push(`${file} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  const message = `libopenslide could not be loaded. ${installHint(process.platform)}. Tried: ${failures.join('; ')}`;
  throw new OpenSlideError('LIBRARY_NOT_FOUND', 'loadOpenSlide', message);
}

const ASYNC_STACK_BYTES = 2 ** 20;

/**
 * Gives asynchronous calls 1 MiB of stack. koffi's own 128 KiB is little for the codecs under libopenslide.
 * koffi refuses once another package of this thread has loaded a library with it; its default then stays.
 */
function reserveStack(): void {
  try {
    const { async_stack_size: current = 0 } = koffi.config();
    if (current < ASYNC_STACK_BYTES) koffi.config({ async_stack_size: ASYNC_STACK_BYTES });
  } catch {
    // Reads still work on the default stack (measured with JPEG and JPEG 2000 slides).
  }
}
