import type { QualityMeasure, RgbImage, SlideQuality } from '@gigascope/contracts';
import type { SlideRow } from '@gigascope/store';
import type { AppParts } from '../app-parts.ts';
import { encodePng } from './encode-png.ts';

/** What it takes to measure slides. */
export type QualityParts = Pick<AppParts, 'store' | 'blobs' | 'probes'>;

/**
 * Measures a slide in a reader's process and stores numbers and pictures. Nothing is left of a slide that was deleted or
 * measured by another in the meantime.
 * @throws GigascopeError what the reader found, SPACING_UNKNOWN, BUSY, STORAGE_FULL, …
 */
export async function measureSlide({ store, blobs, probes }: QualityParts, slide: SlideRow): Promise<void> {
  await using leftovers = new AsyncDisposableStack();
  const { mppX, mppY } = slide;
  const mpp = mppX === null || mppY === null ? null : { x: mppX, y: mppY };
  const { shares, pictures } = await probes.call('quality', { path: blobs.path(slide.blobKey), mpp });
  const put = async (measure: QualityMeasure, image: RgbImage): Promise<string> => {
    const { key } = await blobs.put(await encodePng(image), { extension: `.${measure}.png` });
    leftovers.defer(() => blobs.delete(key));
    return key;
  };
  const quality: SlideQuality = {
    state: 'measured',
    shares,
    pictures: {
      tissue: await put('tissue', pictures.tissue),
      focus: await put('focus', pictures.focus),
      pen: await put('pen', pictures.pen),
      folds: await put('folds', pictures.folds),
    },
  };
  if (await store.slides.setQuality(slide.tenantId, slide.id, quality)) leftovers.move();
}
