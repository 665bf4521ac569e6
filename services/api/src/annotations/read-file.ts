import { GigascopeError, type RectL0 } from '@gigascope/contracts';
import type { AnnotationFormat } from '@gigascope/contracts/http';
import {
  type Annotation,
  type Origin,
  type ReadOptions,
  readAsapXml,
  readCamelyonCsv,
  readCamelyonJson,
  readQuPathGeoJson,
} from '@gigascope/exchange';

const READERS: Readonly<Record<AnnotationFormat, (text: string, options: ReadOptions) => readonly Annotation[]>> = {
  'qupath-geojson': readQuPathGeoJson,
  'asap-xml': readAsapXml,
  'camelyon-csv': readCamelyonCsv,
  'camelyon-json': readCamelyonJson,
};

/** What a body of each content type is taken for where the sender does not say. */
const FORMATS: Readonly<Record<string, AnnotationFormat>> = {
  'application/geo+json': 'qupath-geojson',
  'application/json': 'qupath-geojson',
  'application/xml': 'asap-xml',
  'text/xml': 'asap-xml',
  'text/csv': 'camelyon-csv',
};
export const ANNOTATION_MEDIA_TYPES = Object.keys(FORMATS);

/** @throws GigascopeError MEDIA_TYPE_UNSUPPORTED. */
export function formatOf(contentType: string | undefined): AnnotationFormat {
  const [type = ''] = (contentType ?? '').split(';');
  const format = FORMATS[type.trim().toLowerCase()];
  if (format === undefined) throw new GigascopeError('MEDIA_TYPE_UNSUPPORTED', ANNOTATION_MEDIA_TYPES.join(', '));
  return format;
}

export interface FileOptions {
  readonly origin: Origin | undefined;
  readonly boundsL0: RectL0 | null;
}

/** Reads a file of annotations into level-0 pixels. Throws ARGUMENT_INVALID, also for one without any. */
export function readAnnotationFile(
  body: Uint8Array,
  format: AnnotationFormat,
  { origin, boundsL0 }: FileOptions,
): readonly Annotation[] {
  const annotations = READERS[format](decode(body), {
    name: format,
    boundsL0,
    ...(origin === undefined ? {} : { origin }),
  });
  if (annotations.length === 0) throw new GigascopeError('ARGUMENT_INVALID', 'the file has no annotation');
  return annotations;
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new GigascopeError('ARGUMENT_INVALID', 'the file is not UTF-8');
  }
}
