import { exportFindings, readQuPathGeoJson } from '@gigascope/exchange';
import { describe, expect, test } from 'vitest';
import { QuPathObjects } from './qupath-form.ts';
import { DETECTIONS, HOLED, LESIONS, ODD_NAME, RESULT, SEGMENTS, sourceOf, textOf, WITH_BOUNDS } from './samples.ts';

const ALL = sourceOf({ lesions: LESIONS, detections: DETECTIONS, segments: SEGMENTS });

async function written(source = ALL, origin?: 'l0' | 'bounds') {
  return QuPathObjects.parse(JSON.parse(await textOf(exportFindings('qupath-geojson', source, { origin }))));
}

describe('QuPath GeoJSON', () => {
  test('two lesions, two boxes and two outlines have the form that QuPath documents and RFC 7946 asks for', async () => {
    const { features } = await written();
    expect(features.map(({ properties }) => properties.objectType)).toEqual([
      'annotation',
      'annotation',
      'detection',
      'detection',
      'detection',
      'detection',
    ]);
    expect(features[0]).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [12064.5, 8192] },
      properties: {
        objectType: 'annotation',
        name: 'Lesion 1',
        classification: { name: 'Macrometastasis', color: [213, 94, 0] },
        isLocked: false,
        measurements: {
          Probability: 0.97123,
          'Longest diameter µm': 2310,
          'Longest diameter uncertainty µm': 31,
          'Area µm^2': 1_250_000,
        },
      },
    });
  });

  test('a class has the colour of its place in the manifest, so ptc-positive is the second', async () => {
    const { features } = await written();
    expect(features[2]?.properties.classification).toEqual({ name: 'ptc-positive', color: [0, 114, 178] });
  });

  test('regions of tissue are annotations, and holes stay holes', async () => {
    const model = { classes: ['background', 'gland'], objects: false, intendedUse: '' };
    const source = sourceOf({ model, segments: [HOLED], result: { ...RESULT, task: 'segment' } });
    const { features } = await written(source);
    expect(features[0]?.properties).toMatchObject({
      objectType: 'annotation',
      classification: { color: [213, 94, 0] },
    });
    expect(features[0]?.geometry.coordinates).toHaveLength(3);
  });

  test('rings that turn the wrong way are turned', async () => {
    const rings = HOLED.rings.map((ring) => {
      const points = Array.from({ length: ring.length / 2 }, (_, k) => ring.slice(2 * k, 2 * k + 2));
      return points.reverse().flat();
    });
    await expect(written(sourceOf({ segments: [{ ...HOLED, rings }] }))).resolves.toBeDefined();
  });

  test('0 findings are an empty collection', async () => {
    expect((await written(sourceOf())).features).toEqual([]);
  });

  test('what is written is read again with the same points, classes and holes', async () => {
    const read = readQuPathGeoJson(await textOf(exportFindings('qupath-geojson', ALL)));
    expect(read).toHaveLength(6);
    expect(read[0]).toEqual({
      name: 'Lesion 1',
      class: 'Macrometastasis',
      geometry: { type: 'points', points: [{ x: 12064.5, y: 8192 }] },
    });
    expect(read[3]?.class).toBe(ODD_NAME.replace('\n', ' '));
    expect(read[4]?.geometry).toEqual({
      type: 'polygon',
      rings: HOLED.rings.map((ring) =>
        Array.from({ length: ring.length / 2 }, (_, k) => ({ x: ring[2 * k], y: ring[2 * k + 1] })),
      ),
    });
  });

  test('of a slide scanned from (3000, 1500) on, QuPath counts from there, unless level 0 is asked for', async () => {
    const source = sourceOf({ lesions: LESIONS, result: WITH_BOUNDS });
    const point = (of: Awaited<ReturnType<typeof written>>) => of.features[0]?.geometry.coordinates;
    expect(point(await written(source))).toEqual([9064.5, 6692]);
    expect(point(await written(source, 'l0'))).toEqual([12064.5, 8192]);
    const boundsL0 = WITH_BOUNDS.slide.metadata.boundsL0;
    const [read] = readQuPathGeoJson(await textOf(exportFindings('qupath-geojson', source)), { boundsL0 });
    expect(read?.geometry).toEqual({ type: 'points', points: [{ x: 12064.5, y: 8192 }] });
  });
});
