import { GigascopeError } from '@gigascope/contracts';
import { type Extent, isWithinLimits, largestScale } from './limits.ts';

const SIDES = /^(!?)(\d{0,10}),(\d{0,10})$/;
const PERCENT = /^pct:(\d{1,10}(?:\.\d{1,10})?)$/;

/**
 * How large the picture of a region is that a size parameter asks for (IIIF Image API 3.0 section 4.2).
 * Throws ARGUMENT_INVALID where the specification has 400: bad syntax, nothing, more than the region without "^", or over
 * the limits that info.json states.
 */
export function parseSize(text: string, region: Extent): Extent {
  const upscaled = text.startsWith('^');
  const size = sizeOf(upscaled ? text.slice(1) : text, region, upscaled);
  if (size.width < 1 || size.height < 1) throw invalid('no picture is so small');
  if (!upscaled && (size.width > region.width || size.height > region.height))
    throw invalid('larger than the region; "^" enlarges');
  if (!isWithinLimits(size)) throw invalid('larger than info.json allows');
  return size;
}

function sizeOf(text: string, region: Extent, upscaled: boolean): Extent {
  if (text === 'max') return largest(region, upscaled);
  const percent = PERCENT.exec(text);
  if (percent !== null) {
    const share = Number(percent[1]) / 100;
    if (share === 0) throw invalid('no picture is so small');
    if (share > 1 && !upscaled) throw invalid('larger than the region; "^" enlarges');
    return scaled(region, share);
  }
  const [, confined, w = '', h = ''] = SIDES.exec(text) ?? [];
  if (confined === undefined || (w === '' && h === '') || (confined === '!' && (w === '' || h === '')))
    throw invalid('max, w,  ,h  w,h  !w,h or pct:n, each with "^" before it where it may enlarge');
  const [width, height] = [Number(w), Number(h)];
  if (confined === '!') return within(region, { width, height }, upscaled);
  if (h === '') return { width, height: Math.max(1, Math.round((region.height * width) / region.width)) };
  if (w === '') return { width: Math.max(1, Math.round((region.width * height) / region.height)), height };
  return { width, height };
}

/** What `max` and `^max` come to. */
export function largest(region: Extent, upscaled: boolean): Extent {
  const limit = largestScale(region);
  if (!upscaled && limit >= 1) return { width: region.width, height: region.height };
  const side = (length: number): number => Math.max(1, Math.floor(length * limit + 1e-9));
  return { width: side(region.width), height: side(region.height) };
}

/** As large as fits, with the region's proportions. */
function within(region: Extent, box: Extent, upscaled: boolean): Extent {
  if (box.width === 0 || box.height === 0) throw invalid('no picture is so small');
  const fit = Math.min(box.width / region.width, box.height / region.height);
  const limit = largestScale(region);
  if (limit <= fit && (upscaled || limit < 1)) return largest(region, true);
  const size = scaled(region, upscaled ? fit : Math.min(1, fit));
  return { width: Math.min(size.width, box.width), height: Math.min(size.height, box.height) };
}

function scaled({ width, height }: Extent, factor: number): Extent {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

function invalid(why: string): GigascopeError {
  return new GigascopeError('ARGUMENT_INVALID', `size: ${why}`);
}
