import type { Permission } from '@gigascope/contracts';
import type { SlidePage } from '@gigascope/contracts/http';
import type { WorklistPage, WorklistRow } from '@gigascope/store';
import { presentAnalysis } from './analysis.ts';
import { presentClaim, presentReviewSummary } from './review.ts';
import { presentSlide } from './slide.ts';

interface Caller {
  readonly id: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** Slides with their analyses, and with whose reviews there are where the caller may know. */
export function presentWorklist({ rows, nextCursor, total }: WorklistPage, caller: Caller, now: Date): SlidePage {
  return {
    items: rows.map((row) => presentRow(row, caller, now)),
    nextCursor,
    ...(total !== null && { total }),
  };
}

function presentRow({ slide, claim, analyses, reviews }: WorklistRow, caller: Caller, now: Date) {
  return {
    ...presentSlide(slide),
    claimedBy: claim && presentClaim(claim),
    worklist: {
      analyses: analyses.map((analysis) => presentAnalysis(analysis, null, now)),
      reviews: caller.permissions.has('reviews:read')
        ? reviews.map((review) => presentReviewSummary(review, caller.id))
        : null,
    },
  };
}
