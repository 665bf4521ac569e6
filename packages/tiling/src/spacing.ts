import { type AnalysisParameters, GigascopeError, type SlideMetadata, type Spacing } from '@gigascope/contracts';

type Properties = Readonly<Record<string, string>>;

/**
 * µm per pixel that TIFF resolution tags may state. Outside it the tag is a default that some program wrote without
 * knowing the scan: 72, 96, 150 and 300 dpi are 353, 265, 169 and 85 µm/px, and no slide is scanned that coarsely.
 */
const TIFF_MPP_MIN = 0.05;
const TIFF_MPP_MAX = 20;

/** A camera pixel of a slide scanner covers about 10 µm divided by the objective's power (0.25 µm at 40×, 0.5 at 20×). */
const UM_TIMES_POWER = 10;

/** Reads the spacing that the file itself states: the scanner's own values, then plausible TIFF resolution tags, else null. */
export function spacingFromProperties(properties: Properties): Spacing | null {
  return vendorSpacing(properties) ?? tiffSpacing(properties);
}

/**
 * Decides the µm per level-0 pixel: the request's override, what the file states, then, only if allowed, the objective's
 * power. Throws SPACING_UNKNOWN.
 */
export function resolveSpacing(
  metadata: Pick<SlideMetadata, 'mpp' | 'objectivePower'>,
  choice: { readonly mppOverride?: AnalysisParameters['mppOverride']; readonly allowObjectivePower?: boolean } = {},
): Spacing {
  const { mppOverride = null, allowObjectivePower = false } = choice;
  if (mppOverride !== null) {
    const { x, y } = typeof mppOverride === 'number' ? { x: mppOverride, y: mppOverride } : mppOverride;
    if (![x, y].every((side) => Number.isFinite(side) && side > 0)) {
      throw new GigascopeError('ARGUMENT_INVALID', `${x} × ${y} µm per pixel`);
    }
    return { x, y, source: typeof mppOverride === 'number' ? 'request' : 'override' };
  }
  if (metadata.mpp !== null) return metadata.mpp;
  if (allowObjectivePower && metadata.objectivePower !== null) {
    const mpp = UM_TIMES_POWER / metadata.objectivePower;
    return { x: mpp, y: mpp, source: 'objective-power' };
  }
  throw new GigascopeError('SPACING_UNKNOWN');
}

/** Parses a property as a positive finite number; null for anything else ("nan", "0", "-1", "0,25 um"). */
export function positiveNumber(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}

function vendorSpacing(properties: Properties): Spacing | null {
  // OpenSlide 4 copies the TIFF tags of a generic TIFF into openslide.mpp-*; they are no better for it.
  if (properties['openslide.vendor'] === 'generic-tiff') return null;
  const aperio = positiveNumber(properties['aperio.MPP']);
  const x = positiveNumber(properties['openslide.mpp-x']) ?? aperio;
  const y = positiveNumber(properties['openslide.mpp-y']) ?? aperio;
  return square(x, y, 'vendor');
}

function tiffSpacing(properties: Properties): Spacing | null {
  const unit = properties['tiff.ResolutionUnit'];
  const unitUm = unit === 'inch' ? 25_400 : unit === 'centimeter' ? 10_000 : null;
  if (unitUm === null) return null;
  const mpp = (name: string): number | null => {
    const perUnit = positiveNumber(properties[name]);
    const value = perUnit === null ? null : unitUm / perUnit;
    return value !== null && value >= TIFF_MPP_MIN && value <= TIFF_MPP_MAX ? value : null;
  };
  return square(mpp('tiff.XResolution'), mpp('tiff.YResolution'), 'tiff-resolution');
}

/** Where one axis alone is stated, the pixels are taken to be square. */
function square(x: number | null, y: number | null, source: Spacing['source']): Spacing | null {
  const first = x ?? y;
  return first === null ? null : { x: x ?? first, y: y ?? first, source };
}
