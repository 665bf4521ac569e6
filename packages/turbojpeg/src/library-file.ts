import type { LibraryHandle } from 'koffi';
import koffi from 'koffi';
import { TurboJpegError } from './error.ts';

/** The file names to try. A bare name is looked up by the system's own loader, never in the working folder. */
export function libraryNames(platform: NodeJS.Platform): readonly string[] {
  if (platform === 'win32') return ['turbojpeg.dll'];
  if (platform === 'darwin') {
    // Node's binary is hardened: the loader does not look into Homebrew's and MacPorts' folders by itself.
    const folders = [
      '',
      '/opt/homebrew/lib/',
      '/opt/homebrew/opt/jpeg-turbo/lib/',
      '/usr/local/lib/',
      '/opt/local/lib/',
    ];
    return folders.map((folder) => `${folder}libturbojpeg.0.dylib`);
  }
  return ['libturbojpeg.so.0', 'libturbojpeg.so'];
}

/** Says how to get the library where it is absent. */
export function installHint(platform: NodeJS.Platform): string {
  if (platform === 'win32')
    return 'Install libjpeg-turbo from https://libjpeg-turbo.org/ and put its bin folder on PATH.';
  if (platform === 'darwin') return 'Install it with: brew install jpeg-turbo';
  return 'Install it with: apt-get install libturbojpeg0 (libturbojpeg on Ubuntu)';
}

/** A loaded shared library and the name or path under which it was found. */
export interface LoadedLibrary {
  readonly file: string;
  readonly handle: LibraryHandle;
}

/** Opens the first library that loads: only `explicitPath` when given, else the platform's usual names. */
export function loadLibrary(explicitPath: string | undefined): LoadedLibrary {
  if (explicitPath !== undefined && (explicitPath === '' || explicitPath.includes('\0'))) {
    throw new TurboJpegError('ARGUMENT_INVALID', 'loadTurboJpeg', 'the library path is empty or holds a NUL character');
  }
  const files = explicitPath === undefined ? libraryNames(process.platform) : [explicitPath];
  const failures: string[] = [];
  for (const file of files) {
    try {
      return { file, handle: koffi.load(file) };
    } catch (error) {
      failures.push(`${file} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  const message = `libturbojpeg could not be loaded. ${installHint(process.platform)}. Tried: ${failures.join('; ')}`;
  throw new TurboJpegError('LIBRARY_NOT_FOUND', 'loadTurboJpeg', message);
}
