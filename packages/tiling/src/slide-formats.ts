import { GigascopeError } from '@gigascope/contracts';
import { loadOpenSlide, type OpenSlide } from 'node-openslide';
import { OpenSlideReader } from './openslide-reader.ts';
import type { SlideReader } from './slide-reader.ts';

type SlideOpener = (path: string) => Promise<SlideReader>;

/** Every way to open a slide file, one line each. */
export const slideFormats = {
  openslide: async (path) => new OpenSlideReader(library(), path),
} as const satisfies Record<string, SlideOpener>;

/** The installed libopenslide's version, such as `4.0.0`; INTERNAL, saying how to install it, when there is none. */
export function openSlideVersion(): string {
  return library().version;
}

function library(): OpenSlide {
  try {
    return loadOpenSlide();
  } catch (error) {
    throw new GigascopeError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
  }
}
