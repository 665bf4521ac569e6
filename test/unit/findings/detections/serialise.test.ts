import { classColours, type Detection } from '@gigascope/contracts';
import { detectionsCsv, detectionsGeoJson } from '@gigascope/findings';
import { describe, expect, it } from 'vitest';

const CLASSES = ['PTC, positive', 'PTC negative'];
const FOUND: readonly Detection[] = [
  { rank: 1, class: 'PTC, positive', probability: 0.984375, x0L0: 10.004, y0L0: 20.5, x1L0: 31.999, y1L0: 44.126 },
  { rank: 2, class: 'PTC negative', probability: 0.5, x0L0: 90_000.019, y0L0: 3, x1L0: 90_040, y1L0: 33 },
];

describe('detections as GeoJSON for QuPath', () => {
  it('writes closed rectangles as detections with class, colour and probability', async () => {
    const text = (await Array.fromAsync(detectionsGeoJson(FOUND, CLASSES))).join('');
    const { type, features } = JSON.parse(text);
    expect(type).toBe('FeatureCollection');
    expect(features[0]).toEqual({
      type: 'Feature',
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [10, 20.5],
            [32, 20.5],
            [32, 44.13],
            [10, 44.13],
            [10, 20.5],
          ],
        ],
      },
      properties: {
        objectType: 'detection',
        isLocked: false,
        classification: { name: 'PTC, positive', color: [213, 94, 0] },
        measurements: { Probability: 0.984375 },
      },
    });
    expect(features[1].properties.classification).toEqual({ name: 'PTC negative', color: [0, 114, 178] });
    expect(features).toHaveLength(2);
  });

  it('writes an empty collection for no detection', async () => {
    const text = (await Array.fromAsync(detectionsGeoJson([], CLASSES))).join('');
    expect(JSON.parse(text)).toEqual({ type: 'FeatureCollection', features: [] });
  });

  it('hands on 5,000 detections in pieces of about 64 kB that join to one valid file', async () => {
    const many = Array.from({ length: 5_000 }, (_, k) => ({ ...(FOUND[k % 2] as Detection), rank: k + 1 }));
    const pieces = await Array.fromAsync(detectionsGeoJson(many, CLASSES));
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
    expect(JSON.parse(pieces.join('')).features).toHaveLength(5_000);
  });

  it('gives 6 classes 6 colours, and the seventh the first’s', () => {
    const colours = [...classColours(['a', 'b', 'c', 'd', 'e', 'f', 'g']).values()].map(String);
    expect(new Set(colours).size).toBe(6);
    expect(colours[6]).toBe(colours[0]);
  });
});

describe('detections as CSV', () => {
  it('quotes a class that holds a comma and writes five decimals and hundredths of a pixel', () => {
    expect([...detectionsCsv(FOUND)].join('')).toBe(
      'class,confidence,x0,y0,x1,y1\n' +
        '"PTC, positive",0.98438,10,20.5,32,44.13\n' +
        'PTC negative,0.50000,90000.02,3,90040,33\n',
    );
  });
});
