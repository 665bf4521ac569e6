import { rename, rm } from 'node:fs/promises';
import { toGigascopeError } from '@gigascope/contracts';
import { type SlideFormat, writeSlidePyramid } from './pyramid-file.ts';
import { PHANTOM_MPP } from './units.ts';

export interface ConstantSlideOptions {
  readonly out: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** 0 … 255 each. JPEG may shift a colour by a level, but everywhere alike. */
  readonly rgb: readonly [number, number, number];
  readonly format?: SlideFormat;
}

/** Writes a slide of one colour: a test object on which every patch is the same. Errors: as paintMetastasisPhantom. */
export async function createConstantSlide(options: ConstantSlideOptions): Promise<void> {
  const tileSizePx = 256;
  const data = new Uint8Array(tileSizePx * tileSizePx * 3);
  for (let i = 0; i < data.length; i++) data[i] = options.rgb[i % 3] ?? 0;
  const path = `${options.out}.part-${process.pid}`;
  try {
    const { widthPx, heightPx, format = 'generic' } = options;
    await writeSlidePyramid(
      {
        ...{ path, widthPx, heightPx, tileSizePx, format, mpp: PHANTOM_MPP, title: 'Constant colour' },
        onTile: () => {},
        signal: undefined,
      },
      () => ({ key: 'constant', data }),
    );
    await rename(path, options.out);
  } catch (cause) {
    throw toGigascopeError(cause);
  } finally {
    await rm(path, { force: true });
  }
}
