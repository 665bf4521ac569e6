import type { Slide } from '@gigascope/contracts/http';
import type { ListedSlide, Store } from '@gigascope/store';
import { presentClaim } from './review.ts';
import { presentSlide } from './slide.ts';

/** Slides with who is reviewing each at the moment. */
export async function withClaims(
  store: Pick<Store, 'claims'>,
  tenantId: string,
  rows: readonly ListedSlide[],
): Promise<Slide[]> {
  const claims = await store.claims.ofSlides(
    tenantId,
    rows.map(({ id }) => id),
  );
  const bySlide = new Map(claims.map((claim) => [claim.slideId, presentClaim(claim)]));
  return rows.map((row) => ({ ...presentSlide(row), claimedBy: bySlide.get(row.id) ?? null }));
}
