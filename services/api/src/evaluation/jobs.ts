import { GigascopeError, type Segment } from '@gigascope/contracts';
import type { AnnotationFormat } from '@gigascope/contracts/http';
import { annotationsGeoJson } from '@gigascope/exchange';
import { type FrocResult, frocOfHits, type SlideHits } from '@gigascope/findings';
import { type FileOptions, readAnnotationFile } from '../annotations/read-file.ts';
import { compareBoxes } from './compare-boxes.ts';
import { OutlineComparison } from './outline-comparison.ts';
import { tallyLesions } from './tally-lesions.ts';

let comparison: OutlineComparison | undefined;

function begun(): OutlineComparison {
  if (comparison === undefined) throw new GigascopeError('INTERNAL', 'no comparison was begun');
  return comparison;
}

/** What takes seconds, and so runs beside the thread that serves requests. */
export const jobs = {
  /** A file as it came to GeoJSON in level-0 pixels. */
  readFile({
    body,
    format,
    ...options
  }: FileOptions & { readonly body: Uint8Array; readonly format: AnnotationFormat }) {
    const annotations = readAnnotationFile(body, format, options);
    return { geojson: annotationsGeoJson(annotations), count: annotations.length };
  },
  tallyLesions,
  froc({ hits, resamples }: { readonly hits: readonly SlideHits[]; readonly resamples: number }): FrocResult {
    return frocOfHits(hits, { resamples });
  },
  compareBoxes,
  beginOutlines({ geojson }: { readonly geojson: string }) {
    comparison = new OutlineComparison(geojson);
    return { bounds: comparison.bounds, ignored: comparison.ignored };
  },
  addOutlines({ segments }: { readonly segments: readonly Segment[] }) {
    begun().add(segments);
  },
  endOutlines(_: object) {
    return begun().figures();
  },
};
export type Jobs = typeof jobs;

export interface JobRequest {
  readonly name: keyof Jobs;
  readonly input: unknown;
}
export type JobAnswer =
  | { readonly output: unknown }
  | { readonly error: { readonly code: GigascopeError['code']; readonly detail: string | undefined } };
