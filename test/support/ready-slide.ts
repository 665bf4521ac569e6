import type { AnalysisResult, SlideMetadata } from '@gigascope/contracts';
import type { RunningApi } from './running-api.ts';
import { sampleAnalysis, sampleResult, TENANT_A } from './store-samples.ts';

/** What MIRAX says of a slide whose scanned part begins at (300, 150). */
export const BOUNDS = { x: 300, y: 150, width: 500, height: 600 } as const;

export interface EnteredSlide {
  readonly slideId: string;
  /** Of an analysis of the slide, with the slide's size and bounds. */
  readonly result: AnalysisResult;
}

/** Enters a slide of 1000 × 1000 px of 0.5 µm with a thumbnail, as an upload does; it is never opened. */
export async function enterReadySlide(
  api: RunningApi,
  change: Partial<SlideMetadata> = {},
  tenantId = TENANT_A,
): Promise<EnteredSlide> {
  const { slideId } = await sampleAnalysis(api.store, tenantId);
  const result = sampleResult(0);
  const metadata = { ...result.slide.metadata, properties: {}, ...change };
  const { key: thumbnailKey } = await api.blobs.put(Buffer.from('thumbnail'), { extension: '.jpg' });
  await api.store.slides.setState(tenantId, slideId, 'ready', { metadata, thumbnailKey });
  return { slideId, result: { ...result, slide: { ...result.slide, metadata } } };
}
