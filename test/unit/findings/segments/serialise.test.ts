import type { Segment } from '@gigascope/contracts';
import { segmentsGeoJson } from '@gigascope/findings';
import { describe, expect, it } from 'vitest';
import { packRings, unpackRings } from '../../../../packages/store/src/repositories/packed-rings.ts';

const SEGMENT: Segment = {
  rank: 1,
  class: 'nucleus',
  probability: 0.75,
  areaUm2: 12.5,
  rings: [
    [0, 0, 10, 0, 10, 10.019, 0, 10],
    [2, 2, 2, 4, 4, 4],
  ],
};

describe('segments as GeoJSON for QuPath', () => {
  it('writes a polygon with a hole, rings closed, as a detection when segments are objects', async () => {
    const pieces = await Array.fromAsync(
      segmentsGeoJson([SEGMENT], { classes: ['background', 'nucleus'], objects: true }),
    );
    expect(JSON.parse(pieces.join(''))).toEqual({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [0, 0],
                [10, 0],
                [10, 10.02],
                [0, 10],
                [0, 0],
              ],
              [
                [2, 2],
                [2, 4],
                [4, 4],
                [2, 2],
              ],
            ],
          },
          properties: {
            objectType: 'detection',
            isLocked: false,
            classification: { name: 'nucleus', color: [213, 94, 0] },
            measurements: { Probability: 0.75, 'Area µm^2': 12.5 },
          },
        },
      ],
    });
  });

  it('writes regions of tissue as annotations, and takes segments as they come', async () => {
    async function* later() {
      yield SEGMENT;
      yield { ...SEGMENT, rank: 2 };
    }
    const options = { classes: ['background', 'nucleus'], objects: false };
    const text = (await Array.fromAsync(segmentsGeoJson(later(), options))).join('');
    const { features } = JSON.parse(text);
    expect(features.map((feature: { properties: { objectType: string } }) => feature.properties.objectType)).toEqual([
      'annotation',
      'annotation',
    ]);
  });
});

describe('packed rings', () => {
  it('hold 4 and 3 corners in one array and come back the same', () => {
    const packed = packRings(SEGMENT.rings);
    expect(packed.ringCorners).toEqual([4, 3]);
    expect(packed.pointsL0).toHaveLength(14);
    expect(unpackRings(packed)).toEqual(SEGMENT.rings);
  });

  it('are refused when 14 numbers are said to be 6 corners', () => {
    expect(() => unpackRings({ ...packRings(SEGMENT.rings), ringCorners: [4, 2] })).toThrow(/14 numbers for 12/);
  });
});
