import { resolveSpacing } from '@gigascope/tiling';
import { expect, test } from 'vitest';
import { spacingFromProperties } from '../../../packages/tiling/src/spacing.ts';

const aperio = { 'openslide.vendor': 'aperio', 'openslide.mpp-x': '0.499', 'openslide.mpp-y': '0.501' };
const tiff = (x: string, y: string, unit: string) => ({
  'openslide.vendor': 'generic-tiff',
  'tiff.XResolution': x,
  'tiff.YResolution': y,
  'tiff.ResolutionUnit': unit,
});

test('the scanner states 0.499 and 0.501 µm/px: both axes are kept apart', () => {
  expect(spacingFromProperties(aperio)).toEqual({ x: 0.499, y: 0.501, source: 'vendor' });
});

test('aperio.MPP serves where openslide.mpp-* is missing', () => {
  const properties = { 'openslide.vendor': 'aperio', 'aperio.MPP': '0.2525' };
  expect(spacingFromProperties(properties)).toEqual({ x: 0.2525, y: 0.2525, source: 'vendor' });
});

test.each(['0', '-0.25', 'nan', 'inf', '', ' ', '0.25 um', '0,25', '1e999'])(
  'a vendor value of "%s" is ignored and the TIFF tags decide: 40,000 px/cm are 0.25 µm/px',
  (value) => {
    const properties = { ...tiff('40000', '20000', 'centimeter'), 'openslide.vendor': 'aperio' };
    const broken = { ...properties, 'openslide.mpp-x': value, 'openslide.mpp-y': value, 'aperio.MPP': value };
    expect(spacingFromProperties(broken)).toEqual({ x: 0.25, y: 0.5, source: 'tiff-resolution' });
  },
);

test('an axis that is missing is taken from the other', () => {
  expect(spacingFromProperties({ ...aperio, 'openslide.mpp-y': '0' })).toMatchObject({ x: 0.499, y: 0.499 });
});

test('50,800 px/inch are 0.5 µm/px', () => {
  expect(spacingFromProperties(tiff('50800', '50800', 'inch'))).toEqual({ x: 0.5, y: 0.5, source: 'tiff-resolution' });
});

test.each([
  ['72', 'inch'],
  ['96', 'inch'],
  ['300', 'inch'],
  ['28.340000157438311', 'centimeter'],
  ['1', 'inch'],
  ['10000000', 'inch'],
  ['40000', 'none'],
  ['0', 'inch'],
])('%s px per %s is what a program writes that does not know the scan, and is ignored', (value, unit) => {
  expect(spacingFromProperties(tiff(value, value, unit))).toBeNull();
  // OpenSlide 4 repeats the tags of a generic TIFF as openslide.mpp-*.
  const copied = { ...tiff(value, value, unit), 'openslide.mpp-x': '352.8', 'openslide.mpp-y': '352.8' };
  expect(spacingFromProperties(copied)).toBeNull();
});

const stated = { mpp: { x: 0.499, y: 0.501, source: 'vendor' as const }, objectivePower: 20 };
const silent = { mpp: null, objectivePower: 20 };

test('the request wins over the file, the file over the objective', () => {
  expect(resolveSpacing(stated, { mppOverride: 0.3, allowObjectivePower: true })).toEqual({
    x: 0.3,
    y: 0.3,
    source: 'request',
  });
  expect(resolveSpacing(stated, { mppOverride: null, allowObjectivePower: true })).toEqual(stated.mpp);
});

test('20× is taken as 0.5 µm/px, and only if the request allows it', () => {
  expect(resolveSpacing(silent, { allowObjectivePower: true })).toEqual({ x: 0.5, y: 0.5, source: 'objective-power' });
  expect(() => resolveSpacing(silent)).toThrow(expect.objectContaining({ code: 'SPACING_UNKNOWN' }));
});

test('a slide with no power either is SPACING_UNKNOWN, not a division by null', () => {
  const bare = { mpp: null, objectivePower: null };
  expect(() => resolveSpacing(bare, { allowObjectivePower: true })).toThrow(
    expect.objectContaining({ code: 'SPACING_UNKNOWN' }),
  );
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('an override of %d is ARGUMENT_INVALID', (mppOverride) => {
  expect(() => resolveSpacing(stated, { mppOverride })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});
