import { GigascopeError, type Rect } from '@gigascope/contracts';
import {
  type Extent,
  IIIF_FORMATS,
  IIIF_QUALITIES,
  type IiifFormat,
  type IiifQuality,
  OTHER_FORMATS,
} from './limits.ts';
import { parseRegion } from './parse-region.ts';
import { largest, parseSize } from './parse-size.ts';

export interface ImageRequest {
  readonly region: Rect<'l0'>;
  /** Before it is turned. */
  readonly size: Extent;
  /** At the vertical axis, before it is turned. */
  readonly mirrored: boolean;
  /** Clockwise. */
  readonly degrees: 0 | 90 | 180 | 270;
  readonly quality: IiifQuality;
  readonly format: IiifFormat;
  /** region/size/rotation/quality.format by which all requests for this picture are one (section 4.7). */
  readonly canonical: string;
}

interface Parts {
  readonly region: string;
  readonly size: string;
  readonly rotation: string;
  /** quality.format */
  readonly file: string;
}

/**
 * Understands an image request (IIIF Image API 3.0 section 4).
 * Throws ARGUMENT_INVALID for the specification's 400, FEATURE_UNSUPPORTED for its 501.
 */
export function parseImageRequest(parts: Parts, image: Extent): ImageRequest {
  const region = parseRegion(parts.region, image);
  const size = parseSize(parts.size, region);
  const { mirrored, degrees } = parseRotation(parts.rotation);
  const { quality, format } = parseFile(parts.file);
  const canonical = [
    isWhole(region, image) ? 'full' : `${region.x},${region.y},${region.width},${region.height}`,
    canonicalSize(size, region),
    `${mirrored ? '!' : ''}${degrees}`,
    `${quality}.${format}`,
  ].join('/');
  return { region, size, mirrored, degrees, quality, format, canonical };
}

const ROTATION = /^(!?)(\d{1,3}(?:\.\d{1,10})?)$/;
const RIGHT_ANGLES = { 0: 0, 90: 90, 180: 180, 270: 270, 360: 0 } as const;

function parseRotation(text: string): Pick<ImageRequest, 'mirrored' | 'degrees'> {
  const [, mirror, angle] = ROTATION.exec(text) ?? [];
  const value = Number(angle);
  if (mirror === undefined || !(value <= 360))
    throw new GigascopeError('ARGUMENT_INVALID', 'rotation: 0 to 360, or !n');
  if (!(value in RIGHT_ANGLES)) throw new GigascopeError('FEATURE_UNSUPPORTED', 'rotation: right angles only');
  return { mirrored: mirror === '!', degrees: RIGHT_ANGLES[value as keyof typeof RIGHT_ANGLES] };
}

function parseFile(text: string): Pick<ImageRequest, 'quality' | 'format'> {
  const at = text.lastIndexOf('.');
  const asked = text.slice(0, Math.max(0, at));
  const quality = IIIF_QUALITIES.find((each) => each === asked);
  if (quality === undefined) throw new GigascopeError('ARGUMENT_INVALID', `quality: ${IIIF_QUALITIES.join(', ')}`);
  const format = text.slice(at + 1);
  if (OTHER_FORMATS.includes(format)) throw new GigascopeError('FEATURE_UNSUPPORTED', `format: ${format}`);
  if (!Object.hasOwn(IIIF_FORMATS, format))
    throw new GigascopeError('ARGUMENT_INVALID', `format: ${Object.keys(IIIF_FORMATS).join(', ')}`);
  // Colour is what is sent by default.
  return { quality: quality === 'color' ? 'default' : quality, format: format as IiifFormat };
}

function isWhole({ x, y, width, height }: Rect<'l0'>, image: Extent): boolean {
  return x === 0 && y === 0 && width === image.width && height === image.height;
}

function canonicalSize(size: Extent, region: Extent): string {
  const equals = (other: Extent): boolean => size.width === other.width && size.height === other.height;
  if (equals(largest(region, false))) return 'max';
  if (size.width <= region.width && size.height <= region.height) return `${size.width},${size.height}`;
  return equals(largest(region, true)) ? '^max' : `^${size.width},${size.height}`;
}
