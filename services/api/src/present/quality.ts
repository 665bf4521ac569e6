import { QUALITY_MEASURES } from '@gigascope/contracts';
import { paths, type SlideQualityReport } from '@gigascope/contracts/http';
import type { SlideRow } from '@gigascope/store';
import { presentFailure } from './failure.ts';

/** Numbers and where their pictures are; of a slide that was not measured yet, that. */
export function presentQuality({ id, quality }: SlideRow): SlideQualityReport {
  if (quality === null) return { state: 'pending', shares: null, pictures: [], error: null };
  if (quality.state === 'failed')
    return { state: 'failed', shares: null, pictures: [], error: presentFailure(quality.errorCode, null) };
  const pictures = QUALITY_MEASURES.map((name) => ({ name, url: paths.qualityPicture(id, name) }));
  return { state: 'measured', shares: quality.shares, pictures, error: null };
}
