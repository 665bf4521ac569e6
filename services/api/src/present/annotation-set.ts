import { AnnotationFormat, type AnnotationSet } from '@gigascope/contracts/http';
import type { AnnotationSetRow } from '@gigascope/store';

export function presentAnnotationSet(row: AnnotationSetRow): AnnotationSet {
  const { id, slideId, name, kind, format, createdBy, createdAt, annotations } = row;
  const known = AnnotationFormat.parse(format);
  return { id, slideId, name, kind, format: known, createdBy, createdAt: createdAt.toISOString(), annotations };
}
