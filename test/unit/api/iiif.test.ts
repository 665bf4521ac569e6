import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IIIF_LIMITS } from '../../../services/api/src/iiif/limits.ts';
import { parseRegion } from '../../../services/api/src/iiif/parse-region.ts';
import { parseImageRequest } from '../../../services/api/src/iiif/parse-request.ts';
import { parseSize } from '../../../services/api/src/iiif/parse-size.ts';

/** The image of the specification's examples: 300 × 200 px. */
const IMAGE = { width: 300, height: 200 };
const ask = (address: string, image = IMAGE) => {
  const [region = '', size = '', rotation = '', file = ''] = address.split('/');
  return parseImageRequest({ region, size, rotation, file }, image);
};
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('IIIF Image API 3.0, section 4', () => {
  test.each([
    ['full', [0, 0, 300, 200]],
    ['square', [50, 0, 200, 200]],
    ['125,15,120,140', [125, 15, 120, 140]],
    ['pct:41.6,7.5,40,70', [125, 15, 120, 140]],
    ['125,15,200,200', [125, 15, 175, 185]],
    ['pct:41.6,7.5,66.6,100', [125, 15, 175, 185]],
  ])('the region %s of 300 × 200 px is %j', (text, [x, y, width, height]) => {
    expect(parseRegion(text, IMAGE)).toEqual({ x, y, width, height });
  });

  test.each([
    '300,0,10,10',
    '0,0,0,10',
    '0,0,10,0',
    '-1,0,10,10',
    '1.5,0,10,10',
    'pct:100,0,10,10',
    'pct:0,0,0,10',
    '',
    'all',
    '0,0,10',
  ])('the region %j is 400', (text) => {
    expect(codeOf(() => parseRegion(text, IMAGE))).toBe('ARGUMENT_INVALID');
  });

  test.each([
    ['max', [300, 200]],
    ['150,', [150, 100]],
    ['^360,', [360, 240]],
    [',150', [225, 150]],
    ['^,240', [360, 240]],
    ['pct:50', [150, 100]],
    ['^pct:120', [360, 240]],
    ['225,100', [225, 100]],
    ['^360,360', [360, 360]],
    ['!225,100', [150, 100]],
    ['!360,360', [300, 200]],
    ['^!360,360', [360, 240]],
    ['pct:0.01', [1, 1]],
  ])('the size %s of 300 × 200 px is %j', (text, [width, height]) => {
    expect(parseSize(text, IMAGE)).toEqual({ width, height });
  });

  test.each([
    '360,',
    ',240',
    'pct:120',
    '360,360',
    'full',
    '0,',
    ',',
    '!10,',
    '^9999,9999',
    '^4097,',
    'pct:0',
    '10',
    '^^10,',
    '1.5,',
  ])('the size %j is 400', (text) => {
    expect(codeOf(() => parseSize(text, IMAGE))).toBe('ARGUMENT_INVALID');
  });

  test('max of a slide of 100,000 × 50,000 px is the largest that the limits allow', () => {
    const { width, height } = parseSize('max', { width: 100_000, height: 50_000 });
    expect([width, height]).toEqual([4096, 2048]);
  });

  test.each([
    ['full/max/0/default.jpg', 'full/max/0/default.jpg'],
    ['0,0,300,200/300,200/360/color.jpg', 'full/max/0/default.jpg'],
    ['pct:0,0,100,100/^360,/!90.0/gray.png', 'full/^360,240/!90/gray.png'],
    ['square/!100,100/180/bitonal.webp', '50,0,200,200/100,100/180/bitonal.webp'],
    ['125,15,200,200/pct:100/270/default.png', '125,15,175,185/max/270/default.png'],
    ['full/^max/0/default.jpg', 'full/^max/0/default.jpg'],
  ])('%s is canonically %s', (address, canonical) => {
    expect(ask(address).canonical).toBe(canonical);
    expect(ask(canonical).canonical).toBe(canonical);
  });

  test.each([
    ['full/max/361/default.jpg', 'ARGUMENT_INVALID'],
    ['full/max/-90/default.jpg', 'ARGUMENT_INVALID'],
    ['full/max/!/default.jpg', 'ARGUMENT_INVALID'],
    ['full/max/22.5/default.jpg', 'FEATURE_UNSUPPORTED'],
    ['full/max/0/sepia.jpg', 'ARGUMENT_INVALID'],
    ['full/max/0/default.tif', 'FEATURE_UNSUPPORTED'],
    ['full/max/0/default.jp2', 'FEATURE_UNSUPPORTED'],
    ['full/max/0/default.exe', 'ARGUMENT_INVALID'],
    ['full/max/0/default.constructor', 'ARGUMENT_INVALID'],
    ['full/max/0/default', 'ARGUMENT_INVALID'],
  ])('%s is %s', (address, code) => {
    expect(codeOf(() => ask(address))).toBe(code);
  });

  const side = fc.integer({ min: 1, max: 400_000 });
  const number = fc.oneof(
    fc.nat(500_000).map(String),
    fc.double({ min: 0, max: 200, noNaN: true }).map((n) => n.toFixed(3)),
    fc.constant(''),
  );
  const region = fc.oneof(
    fc.constantFrom('full', 'square'),
    fc.tuple(fc.constantFrom('', 'pct:'), number, number, number, number).map(([p, ...n]) => p + n.join(',')),
    fc.string({ maxLength: 20 }),
  );
  const size = fc.oneof(
    fc.constantFrom('max', '^max'),
    fc.tuple(fc.constantFrom('', '^', '!', '^!'), number, number).map(([p, w, h]) => `${p}${w},${h}`),
    fc.tuple(fc.constantFrom('pct:', '^pct:'), number).map((parts) => parts.join('')),
    fc.string({ maxLength: 20 }),
  );
  const rotation = fc.oneof(fc.constantFrom('0', '!90', '180', '270', '360'), number);

  test('any request is refused with 400 or 501, or is a picture within the image and the limits, the same as its canonical one', () => {
    fc.assert(
      fc.property(side, side, region, size, rotation, (width, height, r, s, turn) => {
        try {
          const parts = { region: r, size: s, rotation: turn, file: 'default.jpg' };
          const asked = parseImageRequest(parts, { width, height });
          expect(asked.region.x + asked.region.width).toBeLessThanOrEqual(width);
          expect(asked.region.y + asked.region.height).toBeLessThanOrEqual(height);
          expect(
            Math.min(asked.size.width, asked.size.height, asked.region.width, asked.region.height),
          ).toBeGreaterThan(0);
          expect(asked.size.width).toBeLessThanOrEqual(IIIF_LIMITS.maxWidth);
          expect(asked.size.height).toBeLessThanOrEqual(IIIF_LIMITS.maxHeight);
          expect(asked.size.width * asked.size.height).toBeLessThanOrEqual(IIIF_LIMITS.maxArea);
          expect(ask(asked.canonical, { width, height })).toEqual(asked);
        } catch (error) {
          expect(['ARGUMENT_INVALID', 'FEATURE_UNSUPPORTED']).toContain((error as { code?: string }).code);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
