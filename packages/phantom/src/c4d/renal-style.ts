import type { RandomStream } from '../hash.ts';

/** How this slide's kidney and its staining are, drawn once from the seed. Shares and strengths run 0 … 1. */
export interface RenalStyle {
  readonly oedema: number;
  readonly inflammation: number;
  /** Brown haze that the antibody leaves on all tissue. */
  readonly haze: number;
  /** Share of tubules with brown basement membranes, and how brown. */
  readonly brownMembranes: number;
  readonly brownMembrane: number;
  /** Share of tubules with brown granules in their cells. */
  readonly brownGranules: number;
  /** Share of tubules with brown matter in the lumen. */
  readonly brownCasts: number;
  /** How brown the loops of glomeruli are. */
  readonly brownGlomeruli: number;
  /** How brown the walls of arteries and arterioles are. */
  readonly brownVessels: number;
  /** Share of places with haemosiderin. */
  readonly haemosiderin: number;
  /** How brown positive capillaries are, as a factor. */
  readonly positiveStrength: number;
}

export function drawRenalStyle(random: RandomStream): RenalStyle {
  const some = (chance: number, low: number, high: number) => {
    const value = random.between(low, high);
    return random.chance(chance) ? value : 0;
  };
  return {
    oedema: random.between(0, 1) ** 2.5,
    inflammation: some(0.6, 0.15, 0.85),
    haze: random.between(0.005, 0.05),
    brownMembranes: some(0.4, 0.02, 0.12),
    brownMembrane: random.between(0.15, 0.5),
    brownGranules: some(0.5, 0.02, 0.14),
    brownCasts: some(0.5, 0.02, 0.1),
    brownGlomeruli: some(0.6, 0.1, 0.7),
    brownVessels: some(0.6, 0.1, 0.6),
    haemosiderin: some(0.4, 0.01, 0.06),
    positiveStrength: random.between(0.8, 1.2),
  };
}
