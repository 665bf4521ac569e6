/** µm per level-0 pixel of every C4d phantom: a 40× scan. */
export const C4D_MPP = 0.25;

/** Level-0 pixels in so many µm. */
export function c4dPx(um: number): number {
  return um / C4D_MPP;
}
