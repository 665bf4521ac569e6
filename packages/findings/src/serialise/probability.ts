/**
 * Writes a probability with 5 decimals, an exact half to the even digit, as Python's format does (`toFixed` rounds it up).
 * Five decimals keep all multiples of 1/65535 apart.
 */
export function formatProbability(value: number): string {
  // A binary fraction lies halfway between two 5-decimal numbers only as an odd multiple of 1/64, since 2 · 10⁵ = 2⁶ · 5⁵.
  const sixtyFourths = value * 64;
  if (Math.abs(sixtyFourths) % 2 !== 1) return value.toFixed(5);
  const below = Math.floor((sixtyFourths * 3125) / 2);
  return ((below % 2 === 0 ? below : below + 1) / 1e5).toFixed(5);
}
