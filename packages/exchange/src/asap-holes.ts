/** Marks a group whose polygons are holes in those of the group above it. ASAP keeps attributes that it does not know. */
export const HOLES_ATTRIBUTE = 'holes';

/** The group of the holes in a class's polygons. */
export function holesGroupOf(className: string): string {
  return `${className} (holes)`;
}
