import { type LabelRaster, labelComponents } from '@gigascope/findings';
import sharp from 'sharp';
import { requireArgument } from '../../../command.ts';

/** Values above it are object in a mask that was compressed with loss. */
const HALF = 127;

/**
 * Reads a mask or a label image (PNG, TIFF, JPEG; 8, 16 or 32 bits a pixel; the first page). An image with one value beside 0 is a mask,
 * whose 8-connected parts are its objects; in one with more, each value is an object. A JPEG is a mask of what is above 127.
 * Throws ARGUMENT_INVALID for a picture in colour.
 */
export async function readLabelImage(path: string): Promise<LabelRaster> {
  const { width, height, values, isLossy } = await readValues(path);
  const first = isLossy ? undefined : values.find((value) => value !== 0);
  if (!isLossy && values.some((value) => value !== 0 && value !== first)) return { width, height, labels: values };
  const isObject = Uint8Array.from(values, (value) => (value > (isLossy ? HALF : 0) ? 1 : 0));
  const { labels } = labelComponents({ width, height, data: isObject });
  return { width, height, labels };
}

interface Values {
  readonly width: number;
  readonly height: number;
  readonly values: Int32Array<ArrayBuffer>;
  readonly isLossy: boolean;
}

/** The values of a grey image. Throws ARGUMENT_INVALID for colour, and for fractions. */
export async function readValues(path: string): Promise<Values> {
  const image = sharp(path, { limitInputPixels: false });
  const { depth, channels, format } = await image.metadata();
  requireArgument(
    depth !== 'float' && depth !== 'double',
    `${path} holds fractions; a mask or label image holds whole numbers`,
  );
  const isLossy = format === 'jpeg';
  const isGrey = isLossy || channels < 3;
  // Left to itself, sharp brings 16 bits to 8.
  if (depth === 'ushort') image.toColourspace(isGrey ? 'grey16' : 'rgb16');
  const pixels = isGrey ? image.extractChannel(0) : image.removeAlpha();
  const { data, info } = await pixels.raw({ depth: 'int' }).toBuffer({ resolveWithObject: true });
  const all = new Int32Array(data.buffer, data.byteOffset, data.byteLength / Int32Array.BYTES_PER_ELEMENT);
  const values = Int32Array.from(all.subarray(0, info.width * info.height));
  for (let k = 0; info.channels > 1 && k < values.length; k++) {
    const red = all[k * info.channels] as number;
    const isEqual = all[k * info.channels + 1] === red && all[k * info.channels + 2] === red;
    requireArgument(isEqual, `${path} is a picture in colour; a mask or label image is grey`);
    values[k] = red;
  }
  return { width: info.width, height: info.height, values, isLossy };
}
