import type { Detection } from '@gigascope/contracts';
import type { OutputFileName } from '@gigascope/contracts/paths';
import { detectionsCsv, detectionsGeoJson } from '@gigascope/findings';
import { write } from './write-output.ts';

/** Writes detections as CSV and as GeoJSON. */
export async function writeBoxes(
  folder: string,
  detections: readonly Detection[],
  classes: readonly string[],
): Promise<OutputFileName[]> {
  return [
    await write(folder, 'detections.csv', [...detectionsCsv(detections)].join('')),
    await write(folder, 'detections.geojson', detectionsGeoJson(detections, classes)),
  ];
}
