import { GigascopeError, type Segment } from '@gigascope/contracts';

/** A polygon's rings in two flat arrays, as a database row holds them. */
export interface PackedRings {
  /** Corners of each ring, the shell first. */
  readonly ringCorners: readonly number[];
  /** All rings one after another, x and y alternating, level-0 pixels. */
  readonly pointsL0: readonly number[];
}

export function packRings(rings: Segment['rings']): PackedRings {
  return { ringCorners: rings.map((ring) => ring.length / 2), pointsL0: rings.flat() };
}

/** Undoes `packRings`. Throws INTERNAL when the counts are not those of the points. */
export function unpackRings({ ringCorners, pointsL0 }: PackedRings): Segment['rings'] {
  let end = 0;
  const rings = ringCorners.map((corners) => {
    const begin = end;
    end += 2 * corners;
    return pointsL0.slice(begin, end);
  });
  if (end !== pointsL0.length) throw new GigascopeError('INTERNAL', `${pointsL0.length} numbers for ${end}`);
  return rings;
}
