import type { ModelManifest, Spacing } from '@gigascope/contracts';
import type { MeasuredStain, StainKind } from '@gigascope/tiling';

/** A stain that was told from colours without doubt. */
type ClearStain = Exclude<StainKind, 'unknown'>;

/**
 * What slides of a named stain may look like. Stains with eosin or another red over a blue (Giemsa, Wright, PAS) can look like H&E,
 * so that is no reason to refuse them; the brown of DAB is.
 */
const LOOKS: readonly (readonly [RegExp, ClearStain])[] = [
  [/\bh\s*(&|and|\+|\/|-)?\s*e\b/i, 'H&E'],
  [/eosin|giemsa|wright|romanowsky|leishman|\bpas\b|periodic|trichrome/i, 'H&E'],
  // C4d on paraffin is shown by an immunostain (Kim et al. 2019).
  [/\b(h-?)?dab\b|diaminobenzidine|immunohisto|\bihc\b|\bc4d\b/i, 'H-DAB'],
];
const ANY = /^\s*any\b/i;

const NAMES: Readonly<Record<ClearStain, string>> = {
  'H&E': 'haematoxylin and eosin',
  'H-DAB': 'haematoxylin and DAB, an immunostain',
};

/** What is known of a slide before any of it is analysed. */
export interface SlideScope {
  readonly spacing: Pick<Spacing, 'x' | 'y'>;
  /** null: not to be judged. */
  readonly stain: MeasuredStain | null;
}

/**
 * Says why a slide is none that a model was made for; null when nothing speaks against it. Only a clear other stain counts: one that
 * could not be told, or a scope in words not known here, never refuses a slide. The organ cannot be measured.
 */
export function checkScope(scope: ModelManifest['scope'], slide: SlideScope): string | null {
  const reasons = [spacingReason(scope, slide.spacing), stainReason(scope, slide.stain)].filter(
    (reason) => reason !== null,
  );
  return reasons.length === 0 ? null : reasons.join('; ');
}

function spacingReason({ mppRange }: ModelManifest['scope'], { x, y }: SlideScope['spacing']): string | null {
  if (mppRange === undefined) return null;
  const [finest, coarsest] = mppRange;
  const outside = [x, y].find((mpp) => mpp < finest || mpp > coarsest);
  if (outside === undefined) return null;
  return `the slide has ${rounded(outside)} µm per pixel, and the model was made for ${finest} to ${coarsest}`;
}

function stainReason({ stain: wanted }: ModelManifest['scope'], stain: MeasuredStain | null): string | null {
  if (stain === null || stain.kind === 'unknown' || ANY.test(wanted)) return null;
  const looks = LOOKS.filter(([words]) => words.test(wanted)).map(([, look]) => look);
  if (looks.length === 0 || looks.includes(stain.kind)) return null;
  return `the slide’s colours are those of ${NAMES[stain.kind]}, and the model was made for ${wanted}`;
}

function rounded(mpp: number): string {
  return String(Number(mpp.toPrecision(4)));
}
