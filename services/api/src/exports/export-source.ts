import type { BundleManifest } from '@gigascope/contracts';
import type { ExportSource, Picture } from '@gigascope/exchange';
import type { BlobStore, ResultRow, Store } from '@gigascope/store';
import { findingsOf } from './finding-pages.ts';
import type { FinishedAnalysis } from './finished-analysis.ts';

/** An analysis as the export formats take it; boxes and outlines are read as the text is taken. */
export function exportSource(
  store: Store,
  { row, found, slide, manifest, finishedAt }: FinishedAnalysis,
  pictures: readonly Picture[],
): ExportSource {
  const { id: analysisId, tenantId } = row;
  return {
    analysisId,
    finishedAt,
    slideName: slide.name,
    result: found.result,
    model: {
      classes: classesOf(manifest, found),
      objects: manifest.task === 'segment' && manifest.objects,
      intendedUse: manifest.intendedUse,
    },
    lesions: found.lesions,
    detections: findingsOf(store, 'detections', tenantId, analysisId),
    segments: findingsOf(store, 'segments', tenantId, analysisId),
    pictures,
  };
}

/** A pipeline's classes are those of its last stage, which is counted by them in their order. */
function classesOf(manifest: BundleManifest, { result }: ResultRow): readonly string[] {
  return manifest.task === 'pipeline' ? result.counts.map((count) => count.class) : manifest.classes;
}

/** What a report shows: the findings on the slide, and the slide alone. */
export async function picturesOf(store: Store, blobs: BlobStore, { row, slide }: FinishedAnalysis): Promise<Picture[]> {
  const overlay = await store.analyses.artifact(row.tenantId, row.id, 'overlay.png');
  const pictures: Picture[] = [];
  if (overlay !== null)
    pictures.push({
      caption: 'The slide with what was found',
      mediaType: 'image/png',
      bytes: await blobs.read(overlay.blobKey),
    });
  if (slide.thumbnailKey !== null)
    pictures.push({
      caption: 'The slide',
      mediaType: 'image/jpeg',
      bytes: await blobs.read(slide.thumbnailKey),
    });
  return pictures;
}
