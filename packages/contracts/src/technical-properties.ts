/**
 * What of a slide's properties says something of the scan alone. Scanners write patients' names, dates, barcodes, people
 * and file names wherever there is room, so that only keys known to be technical pass, and only with a value of their kind.
 */

type Properties = Readonly<Record<string, string>>;

/** Numbers, with a unit, a sign or several of them: '0.499', '20x', '-12 34', '(1, 2)'. */
const NUMBERS = /^[-+0-9.,eE()[\] ]{1,60}(?:x|%|um|mm|nm|ms|s)?$/;
/** Words of a fixed vocabulary. */
const WORD = /^[A-Za-z][A-Za-z0-9_-]{0,23}$/;
const VENDORS =
  /^(?:aperio|argos|dicom|generic-tiff|hamamatsu|huron|leica|memory|mirax|olympus|philips|sakura|synthetic|trestle|ventana|zeiss)$/;

/** Aperio's keys, which its ImageDescription holds too; all of them numbers. */
const APERIO_KEYS: ReadonlySet<string> = new Set([
  'AppMag',
  'MPP',
  'OriginalWidth',
  'OriginalHeight',
  'Originalheight',
  'StripeWidth',
  'Left',
  'Top',
  'Exposure Time',
  'Exposure Scale',
  'DisplayColor',
  'Gamma',
  'Focus Offset',
  'LineAreaXOffset',
  'LineAreaYOffset',
  'LineCameraSkew',
]);

const NUMERIC: readonly RegExp[] = [
  /^openslide\.(?:level-count|mpp-[xy]|objective-power|icc-size|bounds-(?:x|y|width|height))$/,
  /^openslide\.level\[\d{1,3}\]\.(?:downsample|width|height|tile-width|tile-height)$/,
  /^openslide\.region\[\d{1,3}\]\.(?:x|y|width|height)$/,
  /^openslide\.associated\.(?:label|macro|thumbnail)\.(?:width|height|icc-size)$/,
  /^tiff\.(?:XResolution|YResolution)$/,
  /^hamamatsu\.(?:SourceLens|[XY]OffsetFromSlideCentre|PhysicalWidth|PhysicalHeight|NoLayers|LayerSpacing)$/,
  /^leica\.(?:objective|aperture)$/,
  /^mirax\.GENERAL\.(?:IMAGENUMBER_[XY]|OBJECTIVE_MAGNIFICATION|CameraImageDivisionsPerSide|SLIDE_BITDEPTH)$/,
  /^mirax\.LAYER_\d{1,2}_LEVEL_\d{1,2}_SECTION\.(?:MICROMETER_PER_PIXEL_[XY]|OVERLAP_[XY]|DIGITIZER_(?:WIDTH|HEIGHT)|IMAGE_CONCAT_FACTOR)$/,
  /^philips\.DICOM_(?:PIXEL_SPACING|BITS_ALLOCATED|BITS_STORED|HIGH_BIT|SAMPLES_PER_PIXEL|PIXEL_REPRESENTATION|PLANAR_CONFIGURATION)$/,
  /^sakura\.(?:NominalLensMagnification|ScanLensMagnification|FocussingMode)$/,
  /^trestle\.(?:Objective Power|OverlapsXY)$/,
  /^ventana\.(?:Magnification|ScanRes|Z-layers|Z-spacing|ScanWhitePoint)$/,
  /^dicom\.(?:Rows|Columns|SamplesPerPixel|BitsAllocated|BitsStored|ImagedVolume(?:Width|Height|Depth)|TotalPixelMatrix(?:Columns|Rows)|NumberOfFrames|NumberOfOpticalPaths)$/,
];

const WORDS: readonly RegExp[] = [
  /^tiff\.ResolutionUnit$/,
  /^dicom\.(?:Modality|PhotometricInterpretation|DimensionOrganizationType|VolumetricProperties)$/,
  /^mirax\.GENERAL\.SLIDE_TYPE$/,
  /^leica\.illumination-source$/,
];

const OTHERS: readonly (readonly [key: string, value: RegExp])[] = [
  ['openslide.vendor', VENDORS],
  ['openslide.background-color', /^[0-9A-Fa-f]{6}$/],
  ['openslide.quickhash-1', /^[0-9a-f]{64}$/],
];

/** Whether a pair of Aperio's own description is a number of the scan. */
export function isTechnicalAperio(key: string, value: string): boolean {
  return APERIO_KEYS.has(key) && NUMBERS.test(value);
}

/** Keeps what is known to be technical; everything else is taken to identify someone. */
export function technicalProperties(properties: Properties): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).filter(([key, value]) => isTechnical(key, value)));
}

function isTechnical(key: string, value: string): boolean {
  if (key.startsWith('aperio.')) return isTechnicalAperio(key.slice('aperio.'.length), value);
  return (
    (NUMBERS.test(value) && NUMERIC.some((known) => known.test(key))) ||
    (WORD.test(value) && WORDS.some((known) => known.test(key))) ||
    OTHERS.some(([known, form]) => known === key && form.test(value))
  );
}
