/** µm per level-0 pixel of every phantom: CAMELYON16's level 0, 40×. */
export const PHANTOM_MPP = 0.243;

/** Level-0 pixels in so many µm. */
export function umToPx(um: number): number {
  return um / PHANTOM_MPP;
}
