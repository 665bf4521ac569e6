import { describe, expect, it } from 'vitest';
import {
  formatAreaUm2,
  formatBytes,
  formatDuration,
  formatLengthUm,
  formatMagnification,
  formatProbability,
  formatScaleUm,
  formatShare,
  formatShortCount,
} from '../../../services/dashboard/src/format.ts';
import { parseRoute, slideHref } from '../../../services/dashboard/src/route.ts';

describe('numbers as a person reads them', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_999, '1.0 MB'],
    [20_797_004, '20.8 MB'],
    [3_200_000_000, '3.2 GB'],
    [5e15, '5,000.0 TB'],
  ])('%d bytes are %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  it.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [61, '2 min'],
    [3600, '1 h 00 min'],
    [7500, '2 h 05 min'],
  ])('%d seconds left are %s', (seconds, words) => expect(formatDuration(seconds)).toBe(words));

  it('never shows a probability of 0.4999 as 0.500, nor 0.9999 as 1.000, and keeps 0.29 at 0.290', () => {
    expect([0.4999, 0.9999, 0.29, 1].map(formatProbability)).toEqual(['0.499', '0.999', '0.290', '1.000']);
  });

  it('shortens counts from 10,000 on, and writes areas in mm² from there', () => {
    expect([1, 9999, 31_249, 1_204_000].map(formatShortCount)).toEqual(['1', '9,999', '31.2K', '1.2M']);
    expect(formatAreaUm2(9000, 187_500)).toBe('0.009\u00a0mm²');
    expect([41.4, 9999, 187_500].map((um2) => formatAreaUm2(um2))).toEqual([
      '41\u00a0µm²',
      '9,999\u00a0µm²',
      '0.188\u00a0mm²',
    ]);
  });

  it('never shows a share below 0.1, a limit of the Banff grades, as 10.0 %', () => {
    expect([0.0999, 0.1, 0.29, 1].map(formatShare)).toEqual([
      '9.9\u00a0%',
      '10.0\u00a0%',
      '29.0\u00a0%',
      '100.0\u00a0%',
    ]);
  });

  it('writes lengths in µm below a millimetre', () => {
    expect([85.4, 999, 1502.2].map(formatLengthUm)).toEqual(['85 µm', '999 µm', '1.50 mm']);
    expect([0.5, 20, 500, 2000, 10_000].map(formatScaleUm)).toEqual(['0.5 µm', '20 µm', '500 µm', '2 mm', '10 mm']);
    expect([0.84, 2.345, 9.96, 39.6].map(formatMagnification)).toEqual(['0.84×', '2.3×', '10×', '40×']);
  });
});

describe('addresses', () => {
  it('lead to a slide and back, and anything else to the front page', () => {
    const slideId = '6f0b7a52-6b43-4c1e-9d0a-0d7a2f7b1c11';
    expect(parseRoute(slideHref(slideId))).toEqual({ page: 'slide', id: slideId });
    for (const hash of ['', '#/', '#/slides/', '#/slides/1', `#/slides/${slideId}/x`]) {
      expect(parseRoute(hash)).toEqual({ page: 'home', id: null });
    }
  });
});
