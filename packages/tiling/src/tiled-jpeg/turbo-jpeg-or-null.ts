import { loadTurboJpeg, type TurboJpeg, TurboJpegError } from '@gigascope/turbojpeg';

/** The installed libturbojpeg; null where there is none that can be used. */
export function turboJpegOrNull(): TurboJpeg | null {
  try {
    return loadTurboJpeg();
  } catch (error) {
    if (error instanceof TurboJpegError) return null;
    throw error;
  }
}
