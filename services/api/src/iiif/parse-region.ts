import { GigascopeError, type Rect } from '@gigascope/contracts';
import type { Extent } from './limits.ts';

const PIXELS = /^(\d{1,10}),(\d{1,10}),(\d{1,10}),(\d{1,10})$/;
const NUMBER = '(\\d{1,10}(?:\\.\\d{1,10})?)';
const PERCENT = new RegExp(`^pct:${NUMBER},${NUMBER},${NUMBER},${NUMBER}$`);

/**
 * The part of the image that a region parameter means (IIIF Image API 3.0 section 4.1), cropped to the image.
 * Throws ARGUMENT_INVALID where the specification has 400: bad syntax, no extent, or wholly outside.
 */
export function parseRegion(text: string, image: Extent): Rect<'l0'> {
  const { width, height } = image;
  if (text === 'full') return { x: 0, y: 0, width, height };
  if (text === 'square') {
    const side = Math.min(width, height);
    return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), width: side, height: side };
  }
  const pixels = PIXELS.exec(text);
  if (pixels !== null) return crop(numbersOf(pixels), image);
  const percent = PERCENT.exec(text);
  if (percent === null) throw new GigascopeError('ARGUMENT_INVALID', 'region: full, square, x,y,w,h or pct:x,y,w,h');
  const [x, y, w, h] = numbersOf(percent);
  if (w === 0 || h === 0) throw empty();
  const share = (part: number, of: number): number => Math.round((part * of) / 100);
  return crop([share(x, width), share(y, height), Math.max(1, share(w, width)), Math.max(1, share(h, height))], image);
}

type Four = readonly [number, number, number, number];

function numbersOf([, a, b, c, d]: RegExpExecArray): Four {
  return [Number(a), Number(b), Number(c), Number(d)];
}

function crop([x, y, width, height]: Four, image: Extent): Rect<'l0'> {
  const right = Math.min(image.width, x + width);
  const bottom = Math.min(image.height, y + height);
  if (right <= x || bottom <= y) throw empty();
  return { x, y, width: right - x, height: bottom - y };
}

function empty(): GigascopeError {
  return new GigascopeError('ARGUMENT_INVALID', 'region: nothing of the image lies in it');
}
