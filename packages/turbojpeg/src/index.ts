export type { Compressor, PixelSource } from './compressor.ts';
export type { Decompressor, PixelTarget } from './decompressor.ts';
export { TurboJpegError, type TurboJpegErrorCode } from './error.ts';
export type { ColourSpace, JpegHeader } from './jpeg-header.ts';
export { loadTurboJpeg, type TurboJpeg } from './turbojpeg.ts';
