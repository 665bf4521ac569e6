import type { ExportFormat } from './export-format.ts';
import { asapXml } from './formats/asap-xml.ts';
import { camelyonCsv } from './formats/camelyon-csv.ts';
import { cocoJson } from './formats/coco-json.ts';
import { csv } from './formats/csv.ts';
import { htmlReport } from './formats/html-report.ts';
import { qupathGeoJson } from './formats/qupath-geojson.ts';
import { w3cAnnotations } from './formats/w3c-annotations.ts';

/** Every form in which findings leave, by the name that users type. */
export const EXPORT_FORMATS = {
  'camelyon-csv': camelyonCsv,
  csv,
  'qupath-geojson': qupathGeoJson,
  'asap-xml': asapXml,
  'coco-json': cocoJson,
  'w3c-annotations': w3cAnnotations,
  'html-report': htmlReport,
} as const satisfies Record<string, ExportFormat>;

export type ExportFormatId = keyof typeof EXPORT_FORMATS;
